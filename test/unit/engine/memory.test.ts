import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { machineMemory, shareOfMemory } from '../../../src/engine/memory.ts';

const GIB = 2 ** 30;

describe('the memory of an engine', () => {
  it('is a quarter of the machine, and never more than 512 MiB', () => {
    expect(shareOfMemory(GIB, 1)).toBe(GIB / 4);
    expect(shareOfMemory(GIB, 2)).toBe(GIB / 4);
    expect(shareOfMemory(64 * GIB, 1)).toBe(GIB / 2);
  });

  it('is shared by the cases that are worked on at once, so that they never take more than half of the machine', () => {
    for (const atOnce of [2, 3, 8, 64]) expect(atOnce * shareOfMemory(8 * GIB, atOnce)).toBeLessThanOrEqual(4 * GIB);
    expect(shareOfMemory(4 * GIB, 8)).toBe(GIB / 4);
  });

  it('is measured by what this process may have', () => {
    expect(machineMemory()).toBeGreaterThan(0);
    expect(machineMemory()).toBeLessThanOrEqual(totalmem());
  });
});
