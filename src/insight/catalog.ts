import { capacity } from './capacity.ts';
import { collateral } from './collateral.ts';
import { concentration } from './concentration.ts';
import { dataQuality } from './data-quality.ts';
import { ownHistory } from './history.ts';
import { leak } from './leak.ts';
import { mitigation } from './mitigation.ts';
import type { Insight } from './needs.ts';
import { originImpact } from './origin-impact.ts';
import { recurring } from './recurring.ts';
import { shape } from './shape.ts';
import { signatures } from './signatures.ts';
import { serviceLevels } from './sla.ts';
import { spoofing } from './spoofing.ts';
import { statedAttack } from './stated-attack.ts';
import { surge } from './surge.ts';

/** In the order in which a reader asks: what was it, did customers notice, what was done, what got through, what was promised, from where, how sure. */
export const INSIGHTS: readonly Insight[] = [
  statedAttack,
  shape,
  originImpact,
  capacity,
  mitigation,
  leak,
  collateral,
  serviceLevels,
  signatures,
  surge,
  ownHistory,
  recurring,
  concentration,
  spoofing,
  dataQuality,
];
