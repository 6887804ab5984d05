import type { Random } from '../random.ts';
import type { SummaryTruth } from '../truth.ts';
import type { GeneratedFile } from '../workspace.ts';
import { answerAttacks, answerMinutes, answerPackets, answerTops, writeRouterCsv } from './answers.ts';
import { countSummaryHttp } from './http-truth.ts';
import { countSummaryNetwork, drawPacketCells, drawRouter } from './packets.ts';
import { drawRequestCells } from './population.ts';
import { SUMMARY_CASE } from './story.ts';

/** The examination morning: requests and packets counted, then answered as summaries, the logs forgotten. */
export function composeSummaryCase(seedRandom: Random): { files: GeneratedFile[]; truth: SummaryTruth } {
  const requests = drawRequestCells(seedRandom.fork('requests'));
  const packets = drawPacketCells(seedRandom.fork('packets'));
  const router = drawRouter(seedRandom.fork('router'), packets);
  const sampler = seedRandom.fork('sampler');
  const folder = `incidents/${SUMMARY_CASE}`;
  return {
    files: [
      { path: `${folder}/graphql/http-minutes.json`, members: [answerMinutes(sampler.fork('minutes'), requests)] },
      { path: `${folder}/graphql/http-top.json`, members: [answerTops(sampler.fork('top'), requests)] },
      { path: `${folder}/graphql/dosd-attacks.json`, members: [answerAttacks(sampler.fork('attacks'), packets)] },
      { path: `${folder}/graphql/dosd-packets.json`, members: [answerPackets(sampler.fork('dosd'), packets)] },
      { path: `${folder}/router/edge-router.csv`, members: [writeRouterCsv(router)] },
    ],
    truth: { http: countSummaryHttp(requests), network: countSummaryNetwork(packets, router) },
  };
}
