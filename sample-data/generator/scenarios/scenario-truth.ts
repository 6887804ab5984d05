import type { TruthWindow } from '../truth.ts';
import type { PlantedWave } from './envelope.ts';

/** A condition on one record, as `analysis.signatures[].all` of a report writes it. */
export interface PlantedPredicate {
  readonly field: string;
  readonly op: 'eq' | 'ne' | 'in' | 'range' | 'contains' | 'startsWith';
  readonly value: string | number | null | readonly (string | number)[];
}

/** HTTP only: `origin` counts requests that the origin answered, `origin5xx` those it answered with an error. */
export interface MinuteCounts {
  readonly all: number;
  readonly mitigated: number;
  readonly origin: number;
  readonly origin5xx: number;
}

/** Counts of one minute before any sampling, and how many records of each the sampler is expected to log. */
interface ScenarioMinute {
  readonly t: number;
  readonly counts: MinuteCounts;
  readonly expected: MinuteCounts;
}

/**
 * The planted truth of a scenario, counted before sampling, duplication and shuffling. Written beside the logs as `truth.json`.
 */
export interface ScenarioTruth {
  readonly case: string;
  readonly shape: string;
  readonly seed: number;
  readonly layer: 'http' | 'network';
  readonly event: 'attack' | 'flash-crowd' | 'quiet';
  readonly sampling: 'none' | 'tenth' | 'adaptive';
  /** Whether the source names vectors, rules and attacks. */
  readonly labels: boolean;
  readonly window: TruthWindow;
  readonly waves: readonly PlantedWave[];
  readonly attack: number;
  readonly attackMitigated: number;
  readonly attackReachedOrigin: number;
  /** Clients' traffic that the defence against the attack mitigated by mistake. */
  readonly legitimateMitigated: number;
  /** Scanners that the rules of the customer stop at all times. */
  readonly background: number;
  /** First attack record and first mitigated attack record; absent without an attack. */
  readonly firstAttackAt?: number;
  readonly firstMitigatedAt?: number;
  /** Highest count of all traffic in aligned buckets of 10 and 60 s. */
  readonly peak10s: number;
  readonly peak60s: number;
  readonly minutes: readonly ScenarioMinute[];
  /** What every attack record has; empty when nothing tells it from a client's. */
  readonly signature: readonly PlantedPredicate[];
  /** Whether source addresses are forged; network only. */
  readonly spoofed?: boolean;
  readonly carpet?: boolean;
  /** Lower case with hyphens, any of the names counts. */
  readonly vectors: readonly string[];
  /** Records logged, duplicates left out. */
  readonly rows: number;
  readonly attackRows: number;
}
