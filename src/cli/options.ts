import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Case, nearestOf } from '../config/config.ts';
import { FORMATS, type Format } from './pipeline.ts';

/** Cases worked on at once when not said: two keep a browser busy, more only take memory. */
const USUAL_JOBS = 2;
const MOST_JOBS = 64;

const AUDIENCES = ['executive', 'technical', 'regulator'] as const satisfies readonly Case['audience'][];

/** How a command talks. Every command has these. */
export interface TalkOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What a command that reads cases has besides. */
export interface CaseOptions extends TalkOptions {
  readonly workspace?: string;
  readonly audience?: Case['audience'];
  readonly strict?: boolean;
  readonly jobs: number;
}

export interface IncidentOptions extends CaseOptions {
  readonly out?: string;
  readonly format: readonly Format[];
  readonly resume?: boolean;
  readonly deliver?: boolean;
  readonly ticket?: string;
  readonly approvedBy?: string;
}

export interface WeeklyOptions extends TalkOptions {
  readonly workspace?: string;
  readonly out?: string;
  readonly format: readonly Format[];
  readonly jobs: number;
  /** Default: all of the workspace. */
  readonly customer?: readonly string[];
  /** Id of a period; default: the last whole week of each customer. */
  readonly week?: string;
  readonly fromLogs?: boolean;
  readonly resume?: boolean;
  readonly deliver?: boolean;
  readonly ticket?: string;
  readonly approvedBy?: string;
}

export function addTalkOptions(command: Command): Command {
  return command
    .option('--json', 'print results as one JSON object a line')
    .option('-q, --quiet', 'print only results and errors')
    .option('-v, --verbose', 'print every step, and what caused an error');
}

export function addWorkspaceOption(command: Command): Command {
  return command.option('-w, --workspace <dir>', 'workspace (default: the nearest folder with debrief.yaml)');
}

export function addCaseOptions(command: Command): Command {
  const described = addWorkspaceOption(command)
    .addOption(
      new Option(
        '--audience <name>',
        `whom the report is for: ${AUDIENCES.join(', ')} (default: the case, then debrief.yaml); two pages, everything, or facts for notices to authorities`,
      ).argParser((text) => oneOf(AUDIENCES, text)),
    )
    .option('--strict', 'refuse input with faulty records instead of counting them');
  return addTalkOptions(addJobsOption(described, 'cases at once'));
}

/** How many things are worked on at once. */
export function addJobsOption(command: Command, meaning: string): Command {
  return command.addOption(
    new Option('-j, --jobs <n>', meaning).argParser(readJobs).default(Math.min(USUAL_JOBS, availableParallelism())),
  );
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('-o, --out <dir>', 'folder for the report folders (default: reports/<customer> in the workspace)')
    .addOption(
      new Option('-f, --format <list>', `comma-separated: ${FORMATS.join(', ')}`)
        .argParser(readFormats)
        .default([...FORMATS], FORMATS.join(',')),
    );
}

/** `pdf,html` in the order of `FORMATS`, each once. */
function readFormats(text: string): Format[] {
  const asked = text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '')
    .map((part) => oneOf(FORMATS, part));
  if (asked.length === 0) throw new InvalidArgumentError(`Expected some of ${FORMATS.join(', ')}.`);
  return FORMATS.filter((format) => asked.includes(format));
}

function readJobs(text: string): number {
  const jobs = Number(text);
  if (!/^\d+$/.test(text) || jobs < 1 || jobs > MOST_JOBS)
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_JOBS}.`);
  return jobs;
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((candidate) => candidate === text.toLowerCase());
  if (word !== undefined) return word;
  const nearest = nearestOf(text, words);
  throw new InvalidArgumentError(
    `Expected one of ${words.join(', ')}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
  );
}
