import { type Command, Option } from 'commander';
import { listReports, type MadeReport } from '../archive/archive.ts';
import { findWorkspace, loadWorkspace } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  eventsOf,
  findDelivery,
  listDeliveries,
  openLedger,
} from '../ledger/ledger.ts';
import type { Act } from './act.ts';
import type { Console } from './console.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';
import { localDay, localTime } from './terminal-text.ts';

interface HistoryOptions extends TalkOptions {
  readonly workspace?: string;
  readonly customer?: string;
  readonly state?: DeliveryState;
}

/**
 * `debrief history`: every report that was made and what became of it; in a state of delivery, the deliveries in it; of one key,
 * everything that happened.
 */
export function addHistory(program: Command, act: Act): void {
  const history = program.command('history').description('what was made and sent, when, and how it ended');
  addTalkOptions(
    addWorkspaceOption(
      history
        .argument('[key]', 'one delivery: everything that happened to it')
        .option('-c, --customer <id>', 'only of this customer')
        .addOption(new Option('-s, --state <state>', 'only deliveries in this state').choices(DELIVERY_STATES)),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  debrief history --customer acme\n  debrief history --state unknown\n  debrief history 3f9c0a1b2c3d4e5f',
    )
    .action((key: string | undefined, options: HistoryOptions) =>
      act(options, async ({ console, workingDir }) => {
        const workspaceDir = options.workspace ?? (await findWorkspace(workingDir));
        const ledger = openLedger(workspaceDir);
        try {
          if (key === undefined && options.state === undefined) {
            const deliveries = ledger.read((store) =>
              listDeliveries(store, { ...(options.customer !== undefined && { customer: options.customer }) }),
            );
            await tellReports(workspaceDir, options, deliveries, console);
            return 0;
          }
          const { deliveries, events } = ledger.read((store) => ({
            deliveries:
              key === undefined
                ? listDeliveries(store, {
                    ...(options.customer !== undefined && { customer: options.customer }),
                    ...(options.state !== undefined && { states: [options.state] }),
                  })
                : [findDelivery(store, key)].filter((delivery) => delivery !== undefined),
            events: key === undefined ? [] : eventsOf(store, key),
          }));
          if (key !== undefined && deliveries.length === 0)
            throw new ReportError('usage', `the ledger has no delivery ${key}`, {
              hint: 'debrief history lists them.',
            });
          for (const delivery of deliveries)
            console.result(describe(delivery), { type: 'delivery', ...delivery, events });
          if (options.json !== true)
            for (const { at, state, detail } of events)
              console.result([`  ${new Date(at).toISOString()}  ${state}${detail === '' ? '' : `  ${detail}`}`], {});
          return 0;
        } finally {
          ledger.close();
        }
      }),
    );
}

/** A row for each report, the latest last, with what the ledger knows of it. */
async function tellReports(
  workspaceDir: string,
  { customer }: HistoryOptions,
  deliveries: readonly Delivery[],
  console: Console,
): Promise<void> {
  const { dir, customers } = await loadWorkspace(workspaceDir);
  const asked = customers.map(({ id }) => id).filter((id) => customer === undefined || id === customer);
  if (customer !== undefined && asked.length === 0)
    throw new ReportError('usage', `no customer of this workspace is called ${customer}`, {
      hint: `There are ${customers.map(({ id }) => id).join(', ')}.`,
    });
  const made: MadeReport[] = [];
  for (const id of asked) {
    const { reports, warnings } = await listReports(dir, id);
    made.push(...reports);
    for (const warning of warnings) console.logFor().warn(warning);
  }
  made.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  for (const report of made) {
    const sent = deliveries.filter(
      (delivery) => delivery.customer === report.customerId && delivery.reportId === report.reportId,
    );
    console.result([reportLine(report, sent)], {
      type: 'report',
      ...report,
      deliveries: sent.map(({ key, destination, target, state }) => ({ key, destination, target, state })),
    });
  }
}

/** Days and times are those of the customer; the last day is the last that belongs to the period. */
function reportLine(report: MadeReport, sent: readonly Delivery[]): string {
  const { timeZone, period } = report;
  const [start, end] = [Date.parse(period.start), Date.parse(period.end)];
  const columns = [
    localTime(Date.parse(report.createdAt), timeZone).padEnd(30),
    report.customerId.padEnd(12),
    report.reportId.padEnd(16),
    report.kind.padEnd(8),
    `${localDay(start, timeZone)} to ${localDay(Math.max(start, end - 1), timeZone)}`,
    report.state.padEnd(8),
    sent.length === 0 ? 'not sent' : sent.map(({ destination, state }) => `${destination} ${state}`).join(', '),
  ];
  return columns.join('  ');
}

function describe({ key, updatedAt, reportId, destination, target, state, reason, approvedBy }: Delivery): string[] {
  const approved = approvedBy === undefined ? '' : `, approved by ${approvedBy}`;
  return [
    `${key}  ${new Date(updatedAt).toISOString()}  ${reportId} → ${destination} ${target}: ${state}${approved}${reason === undefined ? '' : ` (${reason})`}`,
  ];
}
