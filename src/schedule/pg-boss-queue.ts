import type PgBoss from 'pg-boss';
import { isLoopback } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { hideOwnSecret } from '../model/secrets.ts';
import { type DeadLetter, type DeliveryJob, jobIdOf, type TakenJob, type WorkQueue } from './work-queue.ts';

export interface QueueSettings {
  /** `postgres://user:password@host:port/database`. */
  readonly database: string;
  /** A worker that is not heard of for so long has died; its job is given to another one. */
  readonly expireSeconds: number;
  readonly retries: number;
  readonly retryPauseSeconds: number;
}

/** Where the tables of the queue lie. */
const SCHEMA = 'debrief_queue';
/** How often jobs of workers that died are looked for. */
const UPKEEP_SECONDS = 5;
const CONNECT_MS = 10_000;
/** What waits or was given up stays until somebody settles it; pg-boss would drop it after two weeks. */
const RETENTION_DAYS = 36_500;

/**
 * The queue of a workspace in PostgreSQL (pg-boss). Its tables are made when it is opened for the first time. Each workspace has one
 * of its own, whoever else uses the database: a job names a folder, which means something in its workspace alone.
 *
 * @throws ReportError `queue-unusable` when the database cannot be reached, or is elsewhere and not encrypted.
 */
export async function openPgBossQueue(workspaceId: string, settings: QueueSettings, log: Log): Promise<WorkQueue> {
  const { default: Boss } = await import('pg-boss').catch((cause: unknown) => {
    throw new ReportError('queue-unusable', 'the package pg-boss is not installed', {
      hint: 'npm install pg-boss@10; it is an optional dependency.',
      cause,
    });
  });
  const name = `debrief-${workspaceId}`;
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
    retentionDays: RETENTION_DAYS,
    deadLetter: dead,
  };
  await reaching(async () => {
    await boss.start();
    // Rules that the configuration has changed hold for what is added from now on.
    for (const queue of [{ name: dead }, { name, ...rules }])
      if ((await boss.getQueue(queue.name)) === null) await boss.createQueue(queue.name, queue);
      else await boss.updateQueue(queue.name, queue);
  });
  return new PgBossQueue(boss, { name, dead, rules, renewEveryMs: (settings.expireSeconds * 1_000) / 3 });
}

interface Setting {
  readonly name: string;
  readonly dead: string;
  readonly rules: PgBoss.SendOptions;
  readonly renewEveryMs: number;
}

class PgBossQueue implements WorkQueue {
  readonly renewEveryMs: number;
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #dead: string;
  readonly #rules: PgBoss.SendOptions;

  constructor(boss: PgBoss, { name, dead, rules, renewEveryMs }: Setting) {
    this.#boss = boss;
    this.#name = name;
    this.#dead = dead;
    this.#rules = rules;
    this.renewEveryMs = renewEveryMs;
  }

  add(job: DeliveryJob): Promise<'added' | 'known'> {
    const id = jobIdOf(job);
    return reaching(async () => {
      // Only letters of before: what is queued now may be given up before this ends.
      const letters = await this.#query(
        `select id from ${SCHEMA}.job where name = $1 and data ->> 'id' = $2`,
        this.#dead,
        id,
      );
      const before = await this.#boss.getJobById(this.#name, id);
      // What was done, given up or taken back before may be asked for again.
      if (before !== null && ['completed', 'failed', 'cancelled'].includes(before.state))
        await this.#boss.deleteJob(this.#name, id);
      const added = await this.#boss.send(this.#name, { ...job, id }, { ...this.#rules, id });
      for (const letter of letters) await this.#boss.deleteJob(this.#dead, String(letter.id));
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

  handBack({ id }: TakenJob): Promise<void> {
    return this.#keepActive(`state = 'created', started_on = null`, id);
  }

  renew({ id }: TakenJob): Promise<void> {
    return this.#keepActive('started_on = now()', id);
  }

  counts(): ReturnType<WorkQueue['counts']> {
    return reaching(async () => {
      const [row = {}] = await this.#query(
        `select count(*) filter (where name = $1 and state in ('created', 'retry')) as waiting,
                count(*) filter (where name = $1 and state = 'active') as active,
                count(*) filter (where name = $1 and state = 'completed') as done,
                count(*) filter (where name = $2 and state < 'completed') as dead
           from ${SCHEMA}.job where name in ($1, $2)`,
        this.#name,
        this.#dead,
      );
      const count = (column: string) => Number(row[column] ?? 0);
      return { waiting: count('waiting'), active: count('active'), done: count('done'), dead: count('dead') };
    });
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return reaching(async () => {
      const rows = await this.#query(
        `select data, output from ${SCHEMA}.job where name = $1 and state < 'completed' order by created_on, id`,
        this.#dead,
      );
      const letters = rows as unknown as { data: DeliveryJob; output?: { reason?: string } | null }[];
      return letters.map(({ data: { folder, destinations }, output }) => ({
        folder,
        ...(destinations && { destinations }),
        // pg-boss gives up by itself only what nobody renews.
        reason: output?.reason ?? 'its worker died, or was stopped, every time',
      }));
    });
  }

  async revive(): Promise<number> {
    const letters = await this.deadLetters();
    for (const { reason: _, ...job } of letters) await this.add(job);
    return letters.length;
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, wait: true });
  }

  #keepActive(change: string, id: string): Promise<void> {
    const sql = `update ${SCHEMA}.job set ${change} where name = $1 and id = $2 and state = 'active'`;
    return reaching(async () => void (await this.#query(sql, this.#name, id)));
  }

  async #query(sql: string, ...values: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { rows } = await this.#boss.getDb().executeSql(sql, [...values]);
    return rows;
  }
}

/** Unencrypted to this machine alone; elsewhere the certificate is verified. */
function connectionOf(database: string): PgBoss.DatabaseOptions {
  const url = URL.canParse(database) ? new URL(database) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '')
    throw new ReportError('queue-unusable', 'queue.database is no address of a PostgreSQL database', {
      hint: 'It looks like postgres://user:password@host:5432/database.',
    });
  if (url.hash !== '' || (url.pathname + url.search).includes('@')) throw badlyEncoded();
  if (url.search !== '')
    throw new ReportError('queue-unusable', 'queue.database has parameters; none are understood', {
      hint: 'The connection is always encrypted, but for this machine; add an authority with NODE_EXTRA_CA_CERTS.',
    });
  const { hostname, port, username, pathname } = url;
  const host = hostname.replace(/^\[|\]$/g, '');
  const password = decoded(url.password);
  if (password !== '') hideOwnSecret(password);
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user: decoded(username),
    password,
    database: decoded(pathname.slice(1)) || 'postgres',
    application_name: 'debrief',
    ...(!isLoopback(hostname) && { ssl: { rejectUnauthorized: true } }),
    connectionTimeoutMillis: CONNECT_MS,
  } as PgBoss.DatabaseOptions;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badlyEncoded();
  }
}

function badlyEncoded(): ReportError {
  return new ReportError('queue-unusable', 'user, password or database in queue.database are not percent-encoded', {
    hint: 'Write %25 for %, %2F for /, %40 for @, %23 for # and %3F for ? in them.',
  });
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
