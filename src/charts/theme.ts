import type { SeriesRole } from '../model/chart-spec.ts';
import { distance, lightnessOf, mix, withLightness } from '../model/colour.ts';
import type { ActorKind } from '../model/traffic.ts';

/** What a brand decides; every other colour of a chart follows from it. `#rrggbb`. */
export interface ChartColours {
  readonly primary: string;
  readonly accent: string;
}

/** The look of every chart: calm, for print, with colour kept for what the chart is about. */
export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly axis: string;
  readonly grid: string;
  readonly hatch: string;
  readonly band: string;
  readonly bandLabel: string;
  readonly lane: string;
  /** A colour for each series in order. Series of the same role get steps of lightness. */
  series(roles: readonly SeriesRole[]): readonly string[];
  actor(actor: ActorKind): string;
  /** `steps` colours of one hue from light to dark. */
  ramp(steps: number): readonly string[];
}

/** Sizes in px at page scale (96 px an inch): 9.5 px is 7 pt in print. */
export const TEXT_SIZE = 9.5;
export const LINE_HEIGHT = 13;
export const WHITE = '#ffffff';

/**
 * After Okabe and Ito, told apart with any colour vision; ordered so that neighbours in a stack differ in lightness and
 * stay apart in greyscale. The last four are shades of the first ones.
 */
const CATEGORICAL = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#3d4650',
  '#cc79a7',
  '#00466e',
  '#f6cf85',
  '#00543e',
  '#bfe1f6',
] as const;

const GREEN = '#009e73';
const CLEARLY_APART = 0.12;

export function createTheme(colours: ChartColours): Theme {
  const primary = darkEnough(colours.primary);
  const accent = apartFrom(darkEnough(colours.accent), primary);
  const other = '#b8c0c9';
  const health = farthestFrom([primary, accent]);
  const categorical = CATEGORICAL.filter((colour) => distance(colour, accent) > CLEARLY_APART);
  const roles: Record<Exclude<SeriesRole, 'ranked'>, string> = {
    mitigated: primary,
    passed: accent,
    unknown: '#ccd2d9',
    baseline: '#1f2933',
    attack: mix(primary, WHITE, 0.35),
    health,
    other,
  };
  const actors: Record<ActorKind, string> = {
    attacker: accent,
    automatic: '#52606d',
    soc: primary,
    customer: withLightness(GREEN, 0.5),
  };
  return {
    ink: '#1f2933',
    muted: '#52606d',
    axis: '#7b8794',
    grid: '#e4e7eb',
    hatch: '#b8c0c9',
    band: mix(primary, WHITE, 0.91),
    bandLabel: mix(primary, WHITE, 0.78),
    lane: '#f3f5f8',
    series: (wanted) => {
      const used = new Map<SeriesRole, number>();
      return wanted.map((role) => {
        const nth = used.get(role) ?? 0;
        used.set(role, nth + 1);
        if (role === 'ranked') return rankedColour(categorical, nth);
        return nth === 0 ? roles[role] : stepped(roles[role], nth);
      });
    },
    actor: (actor) => actors[actor],
    ramp: (steps) =>
      Array.from({ length: steps }, (_, index) =>
        mix(primary, WHITE, steps === 1 ? 0 : 0.78 * (1 - index / (steps - 1))),
      ),
  };
}

/** Colours for the health of the origin; which is taken depends on the brand. */
const HEALTH = ['#7b3f9e', '#00767a', '#a3195b'] as const;

/** The one that is hardest to take for any of `colours`. */
function farthestFrom(colours: readonly string[]): string {
  const nearest = (candidate: string): number => Math.min(...colours.map((colour) => distance(candidate, colour)));
  return HEALTH.reduce<string>((best, candidate) => (nearest(candidate) > nearest(best) ? candidate : best), HEALTH[0]);
}

/** Past the twelfth, the colours come again in a lighter step; the legend and the table still tell the series apart. */
function rankedColour(colours: readonly string[], nth: number): string {
  const colour = colours[nth % colours.length] ?? GREEN;
  return nth < colours.length ? colour : mix(colour, WHITE, 0.5);
}

/** The nth repetition of a role: alternately lighter and darker than the first. */
function stepped(colour: string, nth: number): string {
  const away = 0.16 * Math.ceil(nth / 2);
  const lightness = lightnessOf(colour) + (nth % 2 === 1 ? away : -away);
  return withLightness(colour, Math.min(0.86, Math.max(0.15, lightness)));
}

/** A brand colour that can be seen on white paper and carries white letters. */
function darkEnough(colour: string): string {
  return lightnessOf(colour) > 0.62 ? withLightness(colour, 0.62) : colour;
}

/** The second colour, moved in lightness until it differs from the first in greyscale too. */
function apartFrom(colour: string, other: string): string {
  const [own, base] = [lightnessOf(colour), lightnessOf(other)];
  if (Math.abs(own - base) >= 0.15) return colour;
  return withLightness(colour, base < 0.45 ? base + 0.22 : base - 0.22);
}
