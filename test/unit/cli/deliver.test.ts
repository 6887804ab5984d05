import { describe, expect, it } from 'vitest';
import { tellDeliveries } from '../../../src/cli/deliver.ts';

type Result = Parameters<typeof tellDeliveries>[0][number];
type Console = Parameters<typeof tellDeliveries>[1]['console'];

const deliveries = (...outcomes: readonly Result['outcome'][]): Result[] =>
  outcomes.map((outcome, index) => ({
    key: `d-${index}`,
    reportId: 'INC-4821-r1',
    customer: 'acme',
    destination: `desk-${index}`,
    target: '4711',
    outcome,
    files: [],
  }));

describe('the exit code of deliveries', () => {
  it.each<[readonly Result['outcome'][], number]>([
    [['delivered', 'rehearsed'], 0],
    // A later revision went instead, or a person ended it: nothing is left to do.
    [['delivered', 'cancelled'], 0],
    [['delivered', 'pending'], 1],
    [['delivered', 'rejected'], 1],
    [['rejected', 'unknown'], 4],
  ])('%j: %d', (outcomes, code) => {
    const lines: string[] = [];
    const console = { result: (told: readonly string[]) => lines.push(...told) } as unknown as Console;
    expect(tellDeliveries(deliveries(...outcomes), { console })).toBe(code);
    expect(lines).toHaveLength(outcomes.length);
  });
});
