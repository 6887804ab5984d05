import { leadingLayer } from '../aggregate/aggregate.ts';
import { amount } from '../model/inlines.ts';
import { say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight } from './needs.ts';

/** More of the legitimate traffic in the waves than this is told as a failing. */
const TOLERATED = 0.001;

/** Legitimate traffic that the defence stopped by mistake; told wherever it is measured, and first of all when it is much. */
export const collateral: Insight = {
  id: 'collateral',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    const measured = attackedLayers(stats).filter((layer) => layer.attack?.legitimateMitigated);
    const main = measured.find((layer) => layer.layer === leadingLayer(stats)?.layer) ?? measured[0];
    const hurt = main?.attack?.legitimateMitigated;
    if (!main?.attack || !main.during || !hurt) return undefined;
    const legitimate = Math.max(0, main.during.total.value - main.attack.total.value);
    const unfavourable = hurt.value > TOLERATED * legitimate;
    return {
      id: 'collateral',
      title:
        hurt.value === 0 && hurt.sampleCount === undefined
          ? [say`No legitimate traffic was mitigated by mistake`]
          : [say`Legitimate traffic mitigated by mistake: ${amount(hurt)}`],
      text: [
        hurt.value === 1
          ? say`Since the attack began, ${amount(hurt)} that does not match the signature was mitigated, apart from what the same rules had stopped before the attack.`
          : say`Since the attack began, ${amount(hurt)} that do not match the signature were mitigated, apart from what the same rules had stopped before the attack.`,
      ],
      tone: unfavourable ? 'unfavourable' : 'favourable',
      evidence: evidenceOf(hurt),
    };
  },
};
