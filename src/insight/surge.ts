import { amount, counted, instant, span } from '../model/inlines.ts';
import type { Inline } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';

/** Surges told one by one. */
const MOST_TOLD = 3;

/** Much more traffic than usual that nothing says was an attack: a crowd is not called one. */
export const surge: Insight = {
  id: 'surge',
  needs: [],
  find(stats): Finding | undefined {
    const { surges } = stats;
    if (surges.length === 0) return undefined;
    return {
      id: 'surge',
      title: [say`${counted(surges.length, noun('surge', 'surges'))} of traffic without evidence of an attack`],
      text: [
        say`${surges
          .slice(0, MOST_TOLD)
          .flatMap(({ start, end, total, expected }): Inline[] => [
            end === undefined
              ? say`From ${instant(start)} on: ${amount(total)}, where the time around it would have brought ${amount(expected)}. `
              : say`${span({ start, end })}: ${amount(total)}, where the time around it would have brought ${amount(expected)}. `,
          ])}No unusual mitigation, attack id, statement or signature says that this was an attack, so it is not counted as one.`,
      ],
      tone: 'neutral',
      evidence: evidenceOf(...surges.map(({ total }) => total)),
    };
  },
};
