import type { ExitCode } from '../errors.ts';
import type { CommandEffects } from './incident.ts';
import type { TalkOptions } from './options.ts';

/** Runs a command with a console of its own, tells known faults, and keeps the exit code. */
export type Act = (talk: TalkOptions, command: (effects: CommandEffects) => Promise<ExitCode>) => Promise<void>;
