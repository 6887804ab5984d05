import { createChooser, type Random } from '../random.ts';
import { API_HOST, SHOP_HOST } from './story.ts';

/** A kind of request that shoppers make, and how the shop answers it. */
export interface Page {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly host: string;
  readonly contentType: string;
  /** Median size of the answer and of the request, bytes. */
  readonly bytes: number;
  readonly requestBytes: number;
  /** Median time of the origin, ms. */
  readonly originMs: number;
  /** Share served from the cache; 0 for pages that are never cached. */
  readonly cacheable: number;
  path(random: Random): string;
  /** With the question mark; empty for none. */
  query(random: Random): string;
}

const CATEGORIES = [
  'jackets',
  'tents',
  'boots',
  'backpacks',
  'sleeping-bags',
  'climbing',
  'ski',
  'lamps',
  'sale',
  'gifts',
];
const RANGES = ['nordwand', 'fjell', 'taiga', 'isar', 'karwendel', 'hochtour', 'birke', 'lodden', 'zirbe', 'gletscher'];
const ITEMS = [
  'jacket',
  'tent-2p',
  'tent-3p',
  'boot-mid',
  'pack-28',
  'pack-45',
  'bag-minus-5',
  'harness',
  'lamp',
  'stove',
];
const WORDS = [
  'down',
  'jacket',
  'rain',
  'tent',
  'boots',
  'winter',
  'kids',
  'pack',
  'merino',
  'stove',
  'lamp',
  'ski',
  'gloves',
];

const noQuery = () => '';
const HTML = 'text/html';
const JSON_TYPE = 'application/json';

function page(name: string, host: string, path: Page['path'], rest: Partial<Page> = {}): Page {
  return {
    name,
    method: 'GET',
    host,
    contentType: host === API_HOST ? JSON_TYPE : HTML,
    bytes: host === API_HOST ? 2_100 : 21_000,
    requestBytes: host === API_HOST ? 1_240 : 2_350,
    originMs: 84,
    cacheable: 0,
    path,
    query: noQuery,
    ...rest,
  };
}

const shopSearch = page('search', SHOP_HOST, () => '/search', {
  bytes: 28_000,
  originMs: 176,
  query: (random) =>
    `?q=${random.pick(WORDS)}${random.chance(0.6) ? `+${random.pick(WORDS)}` : ''}${random.chance(0.2) ? '&page=2' : ''}`,
});

export const BROWSER_PAGES: (random: Random) => Page = createChooser<Page>([
  [page('home', SHOP_HOST, () => '/', { bytes: 31_000, cacheable: 0.82 }), 15],
  [page('category', SHOP_HOST, (random) => `/c/${random.pick(CATEGORIES)}`, { bytes: 26_500, cacheable: 0.64 }), 21],
  [
    page('product', SHOP_HOST, (random) => `/p/${random.pick(RANGES)}-${random.pick(ITEMS)}`, {
      cacheable: 0.55,
      originMs: 91,
    }),
    30,
  ],
  [shopSearch, 7],
  [page('cart', SHOP_HOST, () => '/cart', { bytes: 12_400, originMs: 118 }), 6],
  [page('add to cart', SHOP_HOST, () => '/cart/items', { method: 'POST', bytes: 1_900, originMs: 132 }), 3],
  [page('checkout', SHOP_HOST, () => '/checkout/address', { bytes: 15_800, originMs: 164 }), 2.2],
  [page('payment', SHOP_HOST, () => '/checkout/payment', { method: 'POST', bytes: 3_400, originMs: 310 }), 1.4],
  [page('login', SHOP_HOST, () => '/account/login', { method: 'POST', bytes: 2_800, originMs: 205 }), 2],
  [page('account', SHOP_HOST, () => '/account/orders', { bytes: 14_100, originMs: 140 }), 1.8],
  [
    page('stock', API_HOST, () => '/v2/stock', {
      originMs: 38,
      query: (random) => `?sku=${random.pick(RANGES)}-${random.pick(ITEMS)}`,
    }),
    8,
  ],
  [page('recommendations', API_HOST, () => '/v2/recommendations', { bytes: 5_300, cacheable: 0.4, originMs: 62 }), 5],
  [page('shipping', SHOP_HOST, () => '/help/shipping', { bytes: 9_900, cacheable: 0.93 }), 1.2],
]);

export const APP_PAGES: (random: Random) => Page = createChooser<Page>([
  [page('app home', API_HOST, () => '/v2/home', { bytes: 8_800, cacheable: 0.5 }), 30],
  [page('app product', API_HOST, (random) => `/v2/products/${random.pick(RANGES)}-${random.pick(ITEMS)}`), 36],
  [{ ...shopSearch, name: 'app search', contentType: JSON_TYPE, bytes: 7_400 }, 18],
  [page('app cart', API_HOST, () => '/v2/cart', { originMs: 96 }), 16],
]);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The page that the flood asks for, each time with a query that no cache has seen. */
export const FLOOD_PAGE: Page = {
  ...shopSearch,
  name: 'flood',
  requestBytes: 412,
  query: (random) => {
    let word = '';
    for (let letter = random.int(3) + 6; letter > 0; letter--) word += LETTERS[random.int(LETTERS.length)];
    return `?q=${word}`;
  },
};

/** What scanners ask for, and the rule that stops it. */
export const PROBES = createChooser<{
  readonly path: string;
  readonly query: string;
  readonly rule: 'sqli' | 'xss' | 'disclosure';
}>([
  [{ path: '/search', query: '?q=1%27%20OR%20%271%27%3D%271%27--', rule: 'sqli' }, 20],
  [{ path: '/p/fjell-jacket', query: '?variant=2%20UNION%20SELECT%20NULL%2CNULL%2Cversion()--', rule: 'sqli' }, 14],
  [{ path: '/search', query: '?q=%3Cscript%3Ealert(document.domain)%3C%2Fscript%3E', rule: 'xss' }, 16],
  [{ path: '/help/shipping', query: '?lang=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E', rule: 'xss' }, 7],
  [{ path: '/.env', query: '', rule: 'disclosure' }, 22],
  [{ path: '/.git/config', query: '', rule: 'disclosure' }, 14],
  [{ path: '/wp-config.php.bak', query: '', rule: 'disclosure' }, 7],
]);
