import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findWorkspace } from '../config/config.ts';
import type { Act } from './act.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';

interface VerifyOptions extends TalkOptions {
  readonly workspace?: string;
  readonly remote?: boolean;
}

/** `debrief verify`: is everything still as it was made and sent? */
export function addVerify(program: Command, act: Act): void {
  const verify = program.command('verify').description('hash all reports and deliveries again');
  addTalkOptions(addWorkspaceOption(verify.option('--remote', 'read back what was delivered, too')))
    .addHelpText(
      'after',
      '\nExits with 1 when anything is not as it was, also when a report has lost its manifest. A report.json that lies alone in its\nfolder, as in an archive without documents, is counted and not checked.',
    )
    .action((options: VerifyOptions) =>
      act(options, async ({ console, wallNow, signal, workingDir }) => {
        const { verifyWorkspace } = await import('../deliver/deliver.ts');
        const workspaceDir = await findWorkspace(resolve(workingDir, options.workspace ?? '.'));
        const effects = { now: wallNow, random: Math.random, signal, log: console.logFor() };
        const verified = await verifyWorkspace({ workspaceDir, remote: options.remote === true }, effects);
        const wrong = verified.filter(({ problem }) => problem !== undefined);
        const unchecked = verified.filter((one) => one.unchecked === true).length;
        for (const { subject, problem, ...rest } of options.json === true ? verified : wrong)
          console.result([`${subject}: ${problem ?? 'ok'}`], {
            type: 'verified',
            subject,
            ...rest,
            ...(problem !== undefined && { problem }),
          });
        if (options.json !== true)
          console.result(
            [
              `${verified.length - unchecked} checked, ${wrong.length} changed${unchecked === 0 ? '' : `, ${unchecked} without a manifest, not checked`}`,
            ],
            {},
          );
        return wrong.length === 0 ? 0 : 1;
      }),
    );
}
