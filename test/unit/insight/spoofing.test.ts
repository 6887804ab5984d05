import { describe, expect, it } from 'vitest';
import type { LayerStats, SpoofingStats } from '../../../src/aggregate/aggregate.ts';
import { isSpoofed, signsOf, spoofingOf } from '../../../src/insight/spoofing.ts';
import type { Measure } from '../../../src/model/measure.ts';
import { layer } from '../../support/incident-facts.ts';

const share = (value: number): Measure => ({ value, unit: 'share', kind: 'estimated', evidence: ['in1'] });

/** Ten thousand packets of a botnet: real addresses, the TTLs of real machines, several packets of each. */
function botnet(more: Partial<SpoofingStats> = {}): SpoofingStats {
  return {
    kind: 'tcp-syn',
    shareOfExcess: 1,
    rows: 10_000,
    bogons: { attack: share(0), before: share(0) },
    ttlValues: { attack: 14, before: 15 },
    newAddresses: { rows: 9_500, addresses: 4_000 },
    ...more,
  };
}
const bogons = { attack: share(0.14), before: share(0) };
const ttlValues = { attack: 214, before: 15 };
const newAddresses = { rows: 9_800, addresses: 9_790 };
const of = (...spoofing: readonly SpoofingStats[]): LayerStats => ({ ...layer, layer: 'network', spoofing });

describe('forged senders', () => {
  it('are those of which two of three signs agree', () => {
    expect(isSpoofed(botnet())).toBe(false);
    expect(isSpoofed(botnet({ bogons }))).toBe(false);
    expect(isSpoofed(botnet({ bogons, ttlValues }))).toBe(true);
    expect(isSpoofed(botnet({ bogons, newAddresses }))).toBe(true);
    expect(isSpoofed(botnet({ ttlValues, newAddresses }))).toBe(true);
    expect(isSpoofed(botnet({ bogons, ttlValues, newAddresses }))).toBe(true);
  });

  it('cannot be told apart when the two signs there are disagree, or only one is there', () => {
    const { ttlValues: _ttl, ...withoutTtl } = botnet({ bogons });
    expect(isSpoofed(withoutTtl)).toBeUndefined();
    const { newAddresses: _new, ...alone } = withoutTtl;
    expect(isSpoofed(alone)).toBeUndefined();
    expect(signsOf(alone)).toEqual([{ name: 'bogons', points: true }]);
  });

  it('are not told from fewer than a hundred records', () => {
    expect(isSpoofed(botnet({ rows: 99, bogons, ttlValues }))).toBeUndefined();
    expect(isSpoofed(botnet({ rows: 100, bogons, ttlValues }))).toBe(true);
  });

  it('are no bogons that come as often in quiet times', () => {
    expect(isSpoofed(botnet({ bogons: { attack: share(0.02), before: share(0.01) }, ttlValues }))).toBe(false);
    expect(isSpoofed(botnet({ bogons: { attack: share(0.02), before: share(0.002) }, ttlValues }))).toBe(true);
  });

  it('are not those of a botnet of which samples saw each machine once', () => {
    expect(isSpoofed(botnet({ newAddresses }))).toBe(false);
  });

  it('make the whole layer one whose sources are not told, real ones only when they are most of it', () => {
    const forged = botnet({ shareOfExcess: 0.2, bogons, ttlValues });
    const real = botnet({ kind: 'udp-from-53', shareOfExcess: 0.8 });
    expect(spoofingOf(of(real, forged))).toBe(true);
    expect(spoofingOf(of(real))).toBe(false);
    expect(spoofingOf(of({ ...real, shareOfExcess: 0.4 }))).toBeUndefined();
    expect(spoofingOf(of(real, botnet({ rows: 20 })))).toBeUndefined();
    expect(spoofingOf(of())).toBeUndefined();
    expect(spoofingOf(undefined)).toBeUndefined();
  });
});
