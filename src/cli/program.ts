import { Command, CommanderError } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Act } from './act.ts';
import { addBackfill } from './backfill.ts';
import { Console, type Streams } from './console.ts';
import { addDaemon } from './daemon.ts';
import { addDeliver, addDeliverFlags } from './deliver.ts';
import { runDoctor } from './doctor.ts';
import { addHistory } from './history.ts';
import { type CommandEffects, runIncident } from './incident.ts';
import { runInit } from './init.ts';
import { addCaseOptions, addOutputOptions, addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';
import { addPreview } from './preview.ts';
import { addQueue } from './queue.ts';
import { addResolve } from './resolve.ts';
import { addRunDue } from './run-due.ts';
import { terminalJson, terminalText } from './terminal-text.ts';
import { runValidate } from './validate.ts';
import { addVerify } from './verify.ts';
import { addWeekly, runWeekly } from './weekly.ts';

export interface ProgramEffects extends Omit<CommandEffects, 'console'> {
  readonly streams: Streams;
  readonly version: string;
}

const EXIT_CODES = `
Exit codes: 0 all made; 1 some report failed; 2 usage, configuration or input; 3 no usable browser; 4 a delivery
waits for debrief resolve; 130, 143 on signals.
Results go to stdout, everything else to stderr.`;

/**
 * Runs one command line (without node and script) to its end.
 * @returns the exit code. Known faults are told, not thrown.
 */
export async function runProgram(argv: readonly string[], effects: ProgramEffects): Promise<ExitCode> {
  const { streams, now } = effects;
  let exitCode: ExitCode = 0;
  const act = async (talk: TalkOptions, command: (effects: CommandEffects) => Promise<ExitCode>) => {
    const console = new Console(streams, { ...talk, now });
    try {
      exitCode = await command({ ...effects, console });
    } catch (error) {
      console.failure(error);
      exitCode = error instanceof Error && 'exitCode' in error && isExitCode(error.exitCode) ? error.exitCode : 1;
    } finally {
      console.close();
    }
  };
  try {
    await buildProgram(effects, act).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed what it had to say; help and version were asked for, the rest is a slip at the keyboard.
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '');
    if (argv.includes('--json'))
      streams.stdout.write(`${terminalJson({ type: 'error', code: 'usage', message, where: {} })}\n`);
    return 2;
  }
}

function buildProgram({ streams, version }: ProgramEffects, act: Act): Command {
  const program = new Command('debrief')
    .description('Post-incident and weekly DDoS and WAF attack reports from logs, analytics exports and timelines.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(terminalText(text)),
    })
    .addHelpText(
      'after',
      `
Examples:
  debrief init my-soc                                make a workspace with an example case
  debrief incident incidents/INC-4821.yaml           make its report: PDF, HTML, JSON and CSV
  debrief preview incidents/INC-4821.yaml            watch it change while you write
  debrief validate incidents/*.yaml                  read and check everything, write nothing
  debrief weekly --week 2026-W47                     make the summary of a week for every customer
  debrief deliver reports/acme/INC-4821-r1 -t 4711   attach the report to the customer's ticket
  debrief run-due                                    make the scheduled reports that are due
  debrief doctor                                     can this machine print a report?
${EXIT_CODES}`,
    );

  const incident = program.command('incident').description('make post-incident reports');
  addCaseOptions(addDeliverFlags(addOutputOptions(incident.argument('<case...>', 'case files'))))
    .option('--resume', 'of several cases, leave out those that an earlier run of the same command made')
    .addHelpText(
      'after',
      `
Examples:
  debrief incident incidents/INC-4821.yaml
  debrief incident incidents/*.yaml --jobs 4 --json
  debrief incident incidents/*.yaml --resume         go on where an earlier run was cut off
  debrief incident incidents/INC-4821.yaml --format pdf --out /tmp/reports
  debrief incident incidents/INC-4821.yaml --deliver --ticket 4711
${EXIT_CODES}`,
    )
    .action((caseFiles: string[], options) => act(options, (effects) => runIncident(caseFiles, options, effects)));

  addWeekly(program, (options) => act(options, (effects) => runWeekly(options, effects)), EXIT_CODES);
  addRunDue(program, act);
  addBackfill(program, act);
  addDaemon(program, act);

  const validate = program.command('validate').description('read and check everything, write nothing');
  addCaseOptions(validate.argument('<case...>', 'case files'))
    .addHelpText('after', `\nExample:\n  debrief validate incidents/INC-4821.yaml --strict\n${EXIT_CODES}`)
    .action((caseFiles: string[], options) => act(options, (effects) => runValidate(caseFiles, options, effects)));

  addPreview(program, act, EXIT_CODES);
  addDeliver(program, act);
  addQueue(program, act);
  addHistory(program, act);
  addResolve(program, act);
  addVerify(program, act);

  const init = program.command('init').description('make a new workspace with an example case');
  addTalkOptions(init.argument('[dir]', 'folder of the workspace', '.'))
    .addHelpText('after', '\nExample:\n  debrief init my-soc && debrief incident my-soc/incidents/INC-1.yaml')
    .action((dir: string, options) => act(options, (effects) => runInit(dir, effects)));

  const doctor = program.command('doctor').description('check Node, browser, fonts, engine, disk and workspace');
  addTalkOptions(
    addWorkspaceOption(
      doctor.option('--destinations', 'ask every destination whether credentials and rights are good, too'),
    ),
  )
    .addHelpText(
      'after',
      '\nExits with 3 when no browser can be used, with 1 when something else fails, and with 4 when a delivery waits for debrief resolve.',
    )
    .action((options) => act(options, (effects) => runDoctor(options, effects)));
  return program;
}

function isExitCode(code: unknown): code is ExitCode {
  return code === 0 || code === 1 || code === 2 || code === 3 || code === 4;
}
