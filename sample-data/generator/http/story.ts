/**
 * What happened to the shop of acme on Tuesday 17 November 2026. Times are epoch ms UTC, rates requests per second. The case
 * files in `incidents/INC-4821/` (timeline, PagerDuty) tell the same story and are checked against the truth by a test.
 */
export const HTTP_CASE = 'INC-4821';
export const ZONE = 'acme-outdoor.example';
export const SHOP_HOST = `www.${ZONE}`;
export const API_HOST = `api.${ZONE}`;

const at = (clock: string) => Date.parse(`2026-11-17T${clock}Z`);

export const HTTP_WINDOW = { start: at('13:00:00'), end: at('14:15:00') } as const;

export interface Wave {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** Requests a second on the plateau, before pulses. */
  readonly rate: number;
  readonly rampMs: number;
  /** When the managed DDoS rule starts to act, and how long it takes to reach every data centre. */
  readonly ddosFrom: number;
  readonly ddosSpreadMs: number;
  /** Share of the attack that the managed rule recognises once it is everywhere. */
  readonly ddosShare: number;
}

export const WAVES: readonly Wave[] = [
  {
    number: 1,
    start: at('13:22:10.240'),
    end: at('13:26:34.000'),
    rate: 54,
    rampMs: 7_000,
    ddosFrom: at('13:22:47.600'),
    ddosSpreadMs: 3_000,
    ddosShare: 0.992,
  },
  {
    number: 2,
    start: at('13:33:02.100'),
    end: at('13:36:21.000'),
    rate: 62,
    rampMs: 2_500,
    ddosFrom: at('13:33:05.200'),
    ddosSpreadMs: 1_500,
    ddosShare: 0.994,
  },
  {
    number: 3,
    start: at('13:47:48.400'),
    end: at('13:54:40.000'),
    rate: 29,
    rampMs: 2_000,
    ddosFrom: at('13:47:50.300'),
    ddosSpreadMs: 1_200,
    ddosShare: 0.985,
  },
];

/** Terminating rules and the one that only logs. Ids are invented. */
export const RULES = {
  ddos: {
    id: '8f1c2d7ab04e4d0c9d53c1a6e27b90f4',
    source: 'l7ddos',
    description: 'HTTP flood: uniform header set and high-entropy query towards one path',
  },
  search: {
    id: '41d07b5c9e3a4f86b2c18ae50d96f3e7',
    source: 'firewallCustom',
    description: 'INC-4821 search without Accept-Language',
  },
  rateLimit: {
    id: 'd26c8e914f7b43a5a0e95b13c7f48d02',
    source: 'rateLimit',
    description: 'Search: 20 requests in 10 seconds per address',
  },
  login: {
    id: '0b95e3f7621c4da8be7f4096c8d21a53',
    source: 'botManagement',
    description: 'Login: definitely automated',
  },
  sqli: {
    id: '5ae10c4d7f9b4826938c2b6d01e7fa48',
    source: 'firewallManaged',
    description: 'SQL injection - boolean and union patterns',
  },
  xss: {
    id: 'c93b6a02e8d14f57a46e0d7f91b85c23',
    source: 'firewallManaged',
    description: 'Cross-site scripting - script tag in a parameter',
  },
  disclosure: {
    id: '7720f4be65a84c1d8e13b09a5cd6f207',
    source: 'firewallManaged',
    description: 'Information disclosure - version control and environment files',
  },
  anomaly: {
    id: 'ee48a7c0139d45b2867fd05b3e91c46a',
    source: 'firewallManaged',
    description: 'Anomaly - request without Accept header from an automated client',
  },
} as const;

export type RuleName = keyof typeof RULES;

/** The SOC's own rule: logging first, then a managed challenge, then withdrawn. */
export const SEARCH_RULE = {
  logFrom: at('13:31:20'),
  challengeFrom: at('13:41:05'),
  removedAt: at('14:09:30'),
} as const;

/** The customer's rate limit on the search page, in force since spring. */
export const SEARCH_RATE_LIMIT = { requests: 20, periodMs: 10_000, blockMs: 60_000 } as const;

/** Mean requests a second of shoppers: a calm Tuesday afternoon that rises towards the evening. */
export function shopperRate(t: number): number {
  const share = (t - HTTP_WINDOW.start) / (HTTP_WINDOW.end - HTTP_WINDOW.start);
  return 4.4 + 0.9 * share + 0.25 * Math.sin(share * 23);
}

/** Mean requests a second of scanners and credential testers. */
export const BACKGROUND_RATE = 0.14;

export function waveAt(t: number): Wave | undefined {
  return WAVES.find((wave) => t >= wave.start && t < wave.end);
}

/** Mean attack requests a second at `t`: a ramp, a plateau with pulses of about 40 s, and a short decay at the end. */
export function floodRate(t: number): number {
  const wave = waveAt(t);
  if (!wave) return 0;
  const since = t - wave.start;
  const left = wave.end - t;
  const edge = Math.min(1, since / wave.rampMs, left / 3_000);
  const pulse = 1 + 0.35 * Math.sin((2 * Math.PI * since) / 41_000) + (since % 67_000 < 6_000 ? 0.55 : 0);
  return Math.max(0.05, edge) * wave.rate * pulse;
}

/** Share of the attack that the managed rule stops at `t`, 0 before it acts. */
export function ddosShareAt(t: number): number {
  const wave = waveAt(t);
  if (!wave) return 0;
  return wave.ddosShare * Math.min(1, Math.max(0, (t - wave.ddosFrom) / wave.ddosSpreadMs));
}

/**
 * How far the search database is overloaded at `t`, 0 to 1: full about 14 s into wave 1, recovering over 14 s after the
 * managed rule has reached every data centre; hardly touched by the later waves.
 */
export function overloadAt(t: number): number {
  for (const wave of WAVES) {
    const severity = wave.number === 1 ? 1 : wave.number === 2 ? 0.22 : 0.08;
    const rise = (t - wave.start - 4_000 / wave.number) / 10_000;
    const contained = wave.ddosFrom + wave.ddosSpreadMs;
    const fall = 1 - (t - contained) / 14_000;
    const level = severity * Math.min(1, rise, fall);
    if (level > 0) return level;
  }
  return 0;
}
