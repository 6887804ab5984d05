import { concentration } from './concentration.ts';
import { dataQuality } from './data-quality.ts';
import { leak } from './leak.ts';
import { mitigation } from './mitigation.ts';
import type { Insight } from './needs.ts';
import { originImpact } from './origin-impact.ts';
import { shape } from './shape.ts';

/** In the order in which a reader asks: what was it, did customers notice, what was done, what got through, from where, how sure. */
export const INSIGHTS: readonly Insight[] = [shape, originImpact, mitigation, leak, concentration, dataQuality];
