import type { Random } from '../random.ts';
import { createInternet } from './addresses.ts';
import { createCrowd, drawClient } from './http-clients.ts';
import { drawPage, type Page, salePage } from './http-pages.ts';
import { type HttpFacts, httpRow, probe } from './http-rows.ts';
import { createHttpAttacker } from './http-tells.ts';
import type { HttpTell, Plan } from './plan.ts';
import type { Batch, Population, ScenarioOptions } from './scenario.ts';
import type { Slot } from './slots.ts';

/** Part of the clients' requests that the origin answers, and of those with an error when all is well. */
const ORIGIN_SHARE = 0.4;
const USUAL_ERRORS = 0.003;
/** Scanners, as a share of the clients; three in four of them run into a rule. */
const SCANNERS = 0.012;
const SCANNERS_STOPPED = 0.75;

/** Clients, scanners and attackers of an HTTP scenario. */
export function drawHttp(plan: Plan, options: ScenarioOptions): Population {
  const { shape } = plan;
  if (shape.layer !== 'http') throw new TypeError(`${plan.shapeName} is no HTTP shape`);
  const internet = createInternet(plan.random.fork('internet'));
  const crowd = createCrowd(plan.random.fork('crowd'), internet);
  const attacker = createHttpAttacker(plan.random.fork('attacker'), {
    shape,
    tell: plan.tell as HttpTell, // the tells of an HTTP shape are HTTP tells
    internet,
    shared: options.shared ?? [],
  });
  const reachesOrigin = shape.target === 'pages' ? ORIGIN_SHARE : 0.97;
  const surge = plan.shape.event === 'flash-crowd';
  return {
    signature: attacker.signature,
    vectors:
      shape.target === 'cache-busting'
        ? ['http-flood', 'cache-busting']
        : shape.target === 'login'
          ? ['http-flood', 'login-flood', 'credential-stuffing']
          : ['http-flood'],
    split(random, slot) {
      const errors = Math.min(0.35, USUAL_ERRORS + 0.04 * overload(plan, slot));
      const batches: Batch[] = [];
      const add = (sender: Batch['sender'], count: number, mitigated: boolean, originShare: number) => {
        if (count === 0) return;
        const asked = mitigated ? 0 : random.binomial(count, originShare);
        const failed = random.binomial(asked, errors);
        for (const [answer, part] of [
          ['edge', count - asked],
          ['origin', asked - failed],
          ['origin-error', failed],
        ] as const)
          if (part > 0) batches.push({ slot, sender, count: part, mitigated, answer });
      };
      const clients = random.poisson(slot.clients);
      const mistaken = slot.mitigating ? random.binomial(clients, plan.mistakes) : 0;
      add('client', mistaken, true, 0);
      add('client', clients - mistaken, false, ORIGIN_SHARE);
      const scanners = random.poisson(slot.clients * SCANNERS);
      const stopped = random.binomial(scanners, SCANNERS_STOPPED);
      add('background', stopped, true, 0);
      add('background', scanners - stopped, false, 0.9);
      const attack = random.poisson(slot.attack);
      const caught = slot.mitigating ? random.binomial(attack, plan.efficacy) : 0;
      add('attack', caught, true, 0);
      add('attack', attack - caught, false, reachesOrigin);
      return batches;
    },
    row(random, batch, at) {
      const facts = factsOf(random, batch);
      return httpRow(random, { ...facts, at, labels: plan.labels });
    },
  };

  function factsOf(random: Random, batch: Batch): Omit<HttpFacts, 'at' | 'labels'> {
    const { sender, answer } = batch;
    if (sender === 'attack') {
      const { client, page, fields, requestBytes } = attacker.draw(random);
      return {
        client,
        page,
        fields,
        answer,
        scanner: false,
        treatment: batch.mitigated ? 'flood-rule' : 'passed',
        requestBytes: requestBytes ?? bytesOf(random, page.method),
      };
    }
    const scanner = sender === 'background';
    const client = scanner ? drawClient(random, internet.server(random)) : crowd(random);
    const inSurge =
      surge &&
      random.chance(batch.slot.clients > 2 * plan.demand * ((batch.slot.to - batch.slot.from) / 1_000) ? 0.6 : 0);
    const page = scanner
      ? probe(random)
      : answeredBy(random, answer, () => (inSurge ? salePage(random) : drawPage(random, client.software)));
    return {
      client,
      page,
      fields: {},
      answer,
      scanner,
      treatment: !batch.mitigated ? 'passed' : scanner ? 'customer-rule' : 'flood-rule',
      requestBytes: bytesOf(random, page.method),
    };
  }
}

/** A page that may well have been answered so: what is in the cache seldom reaches the origin, and what cannot be cached always does. */
function answeredBy(random: Random, answer: Batch['answer'], draw: () => Page): Page {
  for (let attempt = 0; ; attempt++) {
    const page = draw();
    if (attempt === 8 || random.chance(answer === 'edge' ? page.cached : 1 - page.cached)) return page;
  }
}

/** Attack that came through, as a multiple of the demand, above what the origin bears. */
function overload(plan: Plan, slot: Slot): number {
  const through = slot.attack * (slot.mitigating ? 1 - plan.efficacy : 1);
  return Math.max(0, through / Math.max(1e-9, slot.clients) - 0.5);
}

function bytesOf(random: Random, method: string): number {
  return method === 'POST'
    ? 700 + random.int(900)
    : Math.max(320, Math.min(4_000, Math.round(random.logNormal(880, 0.4))));
}
