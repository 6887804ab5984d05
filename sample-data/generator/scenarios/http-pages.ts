import { createChooser, type Random } from '../random.ts';
import type { Software } from './http-clients.ts';

export const ZONE = 'alpine-shop.example';

/** One thing that is asked for. */
export interface Page {
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly method: string;
  readonly type: string;
  /** Probability that the edge answers from its cache. */
  readonly cached: number;
  readonly bytes: number;
}

const PRODUCTS = Array.from(
  { length: 180 },
  (_, index) => `/p/${['tent', 'rope', 'boot', 'stove', 'jacket', 'axe'][index % 6]}-${1_000 + index * 7}`,
);
const page = (path: string, method = 'GET', cached = 0.1, type = 'html', bytes = 24_000): Page => ({
  host: `www.${ZONE}`,
  path,
  query: '',
  method,
  type,
  cached,
  bytes,
});

const chooseProduct = createChooser(PRODUCTS.map((path, index) => [path, 1 / (index + 3)] as const));
const chooseBrowsed = createChooser<(random: Random) => Page>([
  [() => page('/', 'GET', 0.6), 10],
  [(random) => page(chooseProduct(random), 'GET', 0.5), 26],
  [
    (random) => ({
      ...page('/search', 'GET', 0.05),
      query: `?q=${random.pick(['tent', 'rope', 'boots', 'stove', 'axe', 'down+jacket'])}&page=${1 + random.int(4)}`,
    }),
    9,
  ],
  [(random) => page(`/c/${random.pick(['climbing', 'hiking', 'camping', 'winter', 'sale'])}`, 'GET', 0.4), 9],
  [(random) => page(`/assets/app.${random.pick(['js', 'css', 'svg'])}`, 'GET', 0.97, 'javascript', 60_000), 16],
  [(random) => page(`/img/${1_000 + random.int(900)}.webp`, 'GET', 0.95, 'webp', 45_000), 18],
  [() => page('/cart', 'GET', 0), 4],
  [() => page('/cart/items', 'POST', 0, 'json', 900), 2.5],
  [() => page('/login', 'GET', 0), 1.2],
  [() => page('/login', 'POST', 0, 'json', 700), 1],
  [() => page('/checkout', 'POST', 0, 'json', 1_200), 0.9],
  [() => page('/favicon.ico', 'GET', 0.95, 'x-icon', 4_000), 3],
]);
const chooseCalled = createChooser<(random: Random) => Page>([
  [
    (random) => ({
      ...page(`/v2/products/${1_000 + random.int(900)}`, 'GET', 0.3, 'json', 2_400),
      host: `api.${ZONE}`,
    }),
    6,
  ],
  [() => ({ ...page('/v2/stock', 'GET', 0, 'json', 1_800), host: `api.${ZONE}` }), 3],
  [() => ({ ...page('/v2/session', 'POST', 0, 'json', 600), host: `api.${ZONE}` }), 1],
]);

export function drawPage(random: Random, software: Software): Page {
  if (software.kind === 'app' || software.kind === 'library') return chooseCalled(random)(random);
  return chooseBrowsed(random)(random);
}

/** What the crowd of a sale wants. */
export function salePage(random: Random): Page {
  return random.chance(0.7) ? page(PRODUCTS[3] ?? '/', 'GET', 0.75) : page('/c/sale', 'GET', 0.7);
}

export const LOGIN: Page = page('/login', 'POST', 0, 'json', 700);
export const FRONT: Page = page('/', 'GET', 0.6);
