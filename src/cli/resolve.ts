import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { findWorkspace } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { type DeliveryChange, type DeliveryState, findDelivery, openLedger, settleDelivery } from '../ledger/ledger.ts';
import type { Act } from './act.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';

interface ResolveOptions extends TalkOptions {
  readonly workspace?: string;
  readonly delivered?: boolean;
  readonly notDelivered?: boolean;
  readonly cancel?: boolean;
  readonly by?: string;
}

type Settlement = DeliveryChange & { readonly from: readonly DeliveryState[] };

/** What a person may say of a delivery, and of which. */
const SETTLEMENTS = {
  delivered: { from: ['unknown', 'misdelivered'], state: 'delivered', reason: 'a person saw it', begun: undefined },
  notDelivered: {
    from: ['unknown', 'misdelivered'],
    state: 'pending',
    reason: 'a person did not find it',
    begun: undefined,
    receipts: {},
    nextAttemptAt: undefined,
  },
  cancel: {
    from: ['pending', 'rejected', 'unknown', 'misdelivered'],
    state: 'cancelled',
    reason: 'a person ended it',
    begun: undefined,
  },
} as const satisfies Record<string, Settlement>;

/** `debrief resolve`: a person settles what no program can know. */
export function addResolve(program: Command, act: Act): void {
  const resolve = program
    .command('resolve')
    .description('say of a delivery whose outcome is unknown whether it arrived');
  addTalkOptions(
    addWorkspaceOption(
      resolve
        .argument('<key>', 'the delivery, as debrief history lists it')
        .option('--delivered', 'it is there: done')
        .option('--not-delivered', 'it is not there: it is sent again by the next debrief deliver')
        .option('--cancel', 'it is not to be sent any more')
        .option('--by <name>', 'who says so (default: the user of this machine)'),
    ),
  )
    .addHelpText('after', '\nExample:\n  debrief resolve 3f9c0a1b2c3d4e5f --not-delivered')
    .action((key: string, options: ResolveOptions) =>
      act(options, async ({ console, now, workingDir }) => {
        const said = (['delivered', 'notDelivered', 'cancel'] as const).filter((word) => options[word] === true);
        const [word] = said;
        if (word === undefined || said.length > 1)
          throw new ReportError('usage', 'say one of --delivered, --not-delivered and --cancel');
        const settlement = SETTLEMENTS[word];
        const by = options.by ?? userInfo().username;
        const ledger = openLedger(options.workspace ?? (await findWorkspace(workingDir)));
        try {
          const settled = ledger.write((store) => settleDelivery(store, key, { ...settlement, by }, now()));
          if (settled === undefined) {
            const state = ledger.read((store) => findDelivery(store, key))?.state;
            throw new ReportError(
              'usage',
              state === undefined ? `the ledger has no delivery ${key}` : `delivery ${key} is ${state}`,
              {
                hint:
                  state === undefined
                    ? 'debrief history lists them.'
                    : `That is for one that is ${settlement.from.join(' or ')}, and that no process works at.`,
              },
            );
          }
          console.result([`${key}  ${settled.reportId} → ${settled.destination} ${settled.target}: ${settled.state}`], {
            type: 'delivery',
            ...settled,
          });
          return 0;
        } finally {
          ledger.close();
        }
      }),
    );
}
