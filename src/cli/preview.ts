import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readBrowserSettings } from '../config/config.ts';
import type { ExitCode } from '../errors.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';

interface PreviewOptions extends TalkOptions {
  readonly workspace?: string;
  readonly strict?: boolean;
  readonly port: number;
}

/** `debrief preview`: a page that shows a case as it is until it is stopped. */
async function runPreview(caseFile: string, options: PreviewOptions, effects: CommandEffects): Promise<ExitCode> {
  const { console, now, signal } = effects;
  const pipeline = await effects.loadPipeline();
  const settings = await readBrowserSettings(dirname(resolve(caseFile)), options.workspace);
  const log = console.logFor();
  const browser = pipeline.openBrowser({ ...settings, log });
  try {
    const { url, closed } = await pipeline.openPreview(
      {
        caseFile: resolve(caseFile),
        ...(options.workspace !== undefined && { workspaceDir: resolve(options.workspace) }),
        strict: options.strict === true,
        port: options.port,
      },
      { now, log, signal, browser },
    );
    console.result([url], { type: 'preview', url, case: caseFile });
    log.info('open it in a browser on this machine; Ctrl-C ends it');
    await closed;
    return 0;
  } finally {
    await browser.close();
  }
}

/** Adds the command to the program. */
export function addPreview(program: Command, act: Act, exitCodes: string): void {
  const command = program
    .command('preview')
    .description('show a case on a local page that follows every change of its files')
    .argument('<case>', 'case file')
    .option('--strict', 'refuse input with faulty records instead of counting them')
    .addOption(new Option('--port <n>', 'port on this machine').argParser(readPort).default(0, 'a free one'));
  addTalkOptions(addWorkspaceOption(command))
    .addHelpText(
      'after',
      `
Audience, brand, paper and colours are chosen on the page. Nothing is written, and no other machine is answered.

Example:
  debrief preview incidents/INC-4821.yaml
${exitCodes}`,
    )
    .action((caseFile: string, options) => act(options, (effects) => runPreview(caseFile, options, effects)));
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}
