import { describe, expect, it } from 'vitest';
import { endOf } from '../../../src/cli/scheduled.ts';

type Result = Parameters<typeof endOf>[0][number];
const results = (...outcomes: readonly Result['outcome'][]): Result[] =>
  outcomes.map((outcome, index) => ({ destination: `desk-${index}`, outcome }));

describe('how a delivery to several destinations ended', () => {
  it.each<[readonly Result['outcome'][], string, string | undefined]>([
    [['delivered', 'delivered'], 'delivered', undefined],
    [['delivered', 'cancelled'], 'delivered', undefined],
    [['delivered', 'unknown'], 'waiting', 'desk-1: unknown'],
    [['held', 'misdelivered', 'cancelled'], 'waiting', 'desk-0: held'],
    // Somebody has to look at one, and the other one must still be sent.
    [['unknown', 'pending'], 'failed', 'desk-1: pending'],
    [['held', 'busy'], 'failed', 'desk-1: busy'],
    [['misdelivered', 'sending'], 'failed', 'desk-1: sending'],
    [['delivered', 'rejected'], 'failed', 'desk-1: rejected'],
  ])('%j: %s', (outcomes, state, reason) => {
    expect(endOf(results(...outcomes))).toEqual({ state, ...(reason !== undefined && { reason }) });
  });
});
