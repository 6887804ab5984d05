import type PgBoss from 'pg-boss';
import { isLoopback } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type DeadLetter, type DeliveryJob, jobIdOf, type TakenJob, type WorkQueue } from './work-queue.ts';

export interface QueueSettings {
  /** `postgres://user:password@host:port/database`. */
  readonly database: string;
  readonly name: string;
  /** A job that is worked at for longer is given to another worker. */
  readonly expireSeconds: number;
  readonly retries: number;
  readonly retryPauseSeconds: number;
}

/** Where the tables of the queue lie. */
const SCHEMA = 'debrief_queue';
/** How often jobs of workers that died are looked for. */
const UPKEEP_SECONDS = 5;
const CONNECT_MS = 10_000;

/**
 * A queue in PostgreSQL (pg-boss). Its tables are made when it is opened for the first time.
 *
 * @throws ReportError `queue-unusable` when the database cannot be reached, or is elsewhere and not encrypted.
 */
export async function openPgBossQueue(settings: QueueSettings, log: Log): Promise<WorkQueue> {
  const { default: Boss } = await import('pg-boss').catch((cause: unknown) => {
    throw new ReportError('queue-unusable', 'the package pg-boss is not installed', {
      hint: 'npm install pg-boss@10; it is an optional dependency.',
      cause,
    });
  });
  const { name } = settings;
  const dead = `${name}-dead`;
  const boss = new Boss({
    ...connectionOf(settings.database),
    schema: SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: UPKEEP_SECONDS,
  });
  boss.on('error', (error) => log.warn(`queue: ${error.message}`));
  const rules = {
    retryLimit: settings.retries,
    retryDelay: settings.retryPauseSeconds,
    retryBackoff: settings.retryPauseSeconds > 0,
    expireInSeconds: settings.expireSeconds,
    deadLetter: dead,
  };
  await reaching(async () => {
    await boss.start();
    // Rules that the configuration has changed hold for what is added from now on.
    for (const queue of [{ name: dead }, { name, ...rules }])
      if ((await boss.getQueue(queue.name)) === null) await boss.createQueue(queue.name, queue);
      else await boss.updateQueue(queue.name, queue);
  });
  return new PgBossQueue(boss, name, dead, rules);
}

class PgBossQueue implements WorkQueue {
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #dead: string;
  readonly #rules: PgBoss.SendOptions;

  constructor(boss: PgBoss, name: string, dead: string, rules: PgBoss.SendOptions) {
    this.#boss = boss;
    this.#name = name;
    this.#dead = dead;
    this.#rules = rules;
  }

  add(job: DeliveryJob): Promise<'added' | 'known'> {
    const id = jobIdOf(job);
    return reaching(async () => {
      const before = await this.#boss.getJobById(this.#name, id);
      // What was done, given up or taken back before may be asked for again.
      if (before !== null && ['completed', 'failed', 'cancelled'].includes(before.state))
        await this.#boss.deleteJob(this.#name, id);
      const added = await this.#boss.send(this.#name, { ...job, id }, { ...this.#rules, id });
      return added === null ? 'known' : 'added';
    });
  }

  take(): Promise<TakenJob | undefined> {
    return reaching(async () => {
      const [job] = await this.#boss.fetch<DeliveryJob>(this.#name);
      return job === undefined ? undefined : { ...job.data, id: job.id };
    });
  }

  complete({ id }: TakenJob): Promise<void> {
    return reaching(() => this.#boss.complete(this.#name, id));
  }

  fail({ id }: TakenJob, reason: string): Promise<void> {
    return reaching(() => this.#boss.fail(this.#name, id, { reason }));
  }

  counts(): ReturnType<WorkQueue['counts']> {
    return reaching(async () => {
      const { rows } = await this.#boss.getDb().executeSql(
        `select count(*) filter (where name = $1 and state in ('created', 'retry')) as waiting,
                count(*) filter (where name = $1 and state = 'active') as active,
                count(*) filter (where name = $1 and state = 'completed') as done,
                count(*) filter (where name = $2 and state < 'completed') as dead
           from ${SCHEMA}.job where name in ($1, $2)`,
        [this.#name, this.#dead],
      );
      const [row = {}] = rows as Record<string, string>[];
      const count = (column: string) => Number(row[column] ?? 0);
      return { waiting: count('waiting'), active: count('active'), done: count('done'), dead: count('dead') };
    });
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return reaching(async () => {
      const { rows } = await this.#boss.getDb().executeSql(
        `select letter.id, letter.data, failed.output
           from ${SCHEMA}.job letter
           left join ${SCHEMA}.job failed on failed.name = $1 and failed.id::text = letter.data ->> 'id'
          where letter.name = $2 and letter.state < 'completed' order by letter.created_on, letter.id`,
        [this.#name, this.#dead],
      );
      const letters = rows as { id: string; data: DeliveryJob; output?: { reason?: string } | null }[];
      return letters.map(({ id, data, output }) => ({
        folder: data.folder,
        ...(data.destinations && { destinations: data.destinations }),
        id,
        ...(output?.reason !== undefined && { reason: output.reason }),
      }));
    });
  }

  async revive(): Promise<number> {
    const letters = await this.deadLetters();
    for (const { id, reason: _, ...job } of letters) {
      // Queued first: who dies in between finds the letter again, and the job is known.
      await this.add(job);
      await reaching(() => this.#boss.deleteJob(this.#dead, id));
    }
    return letters.length;
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, wait: true });
  }
}

/** Unencrypted to this machine alone; elsewhere the certificate is verified. */
function connectionOf(database: string): PgBoss.DatabaseOptions {
  const url = URL.canParse(database) ? new URL(database) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '')
    throw new ReportError('queue-unusable', 'queue.database is no address of a PostgreSQL database', {
      hint: 'It looks like postgres://user:password@host:5432/database.',
    });
  if (url.search !== '')
    throw new ReportError('queue-unusable', 'queue.database has parameters; none are understood', {
      hint: 'The connection is always encrypted, but for this machine; add an authority with NODE_EXTRA_CA_CERTS.',
    });
  const { hostname, port, username, password, pathname } = url;
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    application_name: 'debrief',
    ...(!isLoopback(hostname) && { ssl: { rejectUnauthorized: true } }),
    connectionTimeoutMillis: CONNECT_MS,
  } as PgBoss.DatabaseOptions;
}

async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    const said = cause instanceof AggregateError ? cause.errors.map(String).join('; ') : String(cause);
    throw new ReportError('queue-unusable', `the database of the queue: ${said.replace(/^Error: /, '')}`, {
      hint: 'Is PostgreSQL (13 or later) running, and may this user make a schema in queue.database?',
      cause,
    });
  }
}
