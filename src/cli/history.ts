import { type Command, Option } from 'commander';
import { findWorkspace } from '../config/config.ts';
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
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';

interface HistoryOptions extends TalkOptions {
  readonly workspace?: string;
  readonly customer?: string;
  readonly state?: DeliveryState;
}

/** `debrief history`: what was sent where and how it ended; of one key, everything that happened. */
export function addHistory(program: Command, act: Act): void {
  const history = program.command('history').description('what was sent, when, and how it ended');
  addTalkOptions(
    addWorkspaceOption(
      history
        .argument('[key]', 'one delivery: everything that happened to it')
        .option('-c, --customer <id>', 'only of this customer')
        .addOption(new Option('-s, --state <state>', 'only in this state').choices(DELIVERY_STATES)),
    ),
  )
    .addHelpText('after', '\nExamples:\n  debrief history --state unknown\n  debrief history 3f9c0a1b2c3d4e5f')
    .action((key: string | undefined, options: HistoryOptions) =>
      act(options, async ({ console, workingDir }) => {
        const ledger = openLedger(options.workspace ?? (await findWorkspace(workingDir)));
        try {
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

function describe({ key, updatedAt, reportId, destination, target, state, reason, approvedBy }: Delivery): string[] {
  const approved = approvedBy === undefined ? '' : `, approved by ${approvedBy}`;
  return [
    `${key}  ${new Date(updatedAt).toISOString()}  ${reportId} → ${destination} ${target}: ${state}${approved}${reason === undefined ? '' : ` (${reason})`}`,
  ];
}
