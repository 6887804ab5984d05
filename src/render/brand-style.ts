import type { Brand } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { contrast, mix, readableOnPaper, TEXT_CONTRAST } from '../model/colour.ts';

const WHITE = '#ffffff';
const BLACK = '#000000';
/** Words on a bright band, best looking first; on any colour either white or black has a contrast of 4.5. */
const WORDS = [WHITE, '#111827', BLACK] as const;

/**
 * The brand as CSS custom properties, and nothing else of it: a brand never brings its own rules. Colours that would be
 * unreadable are darkened step by step until they are; a colour that is not `#rrggbb` is refused.
 */
export function brandProperties(brand: Brand): ReadonlyMap<`--${string}`, string> {
  const primary = checkedColour(brand, 'primary');
  return new Map([
    ['--brand', primary],
    ['--brand-ink', WORDS.find((words) => contrast(primary, words) >= TEXT_CONTRAST) ?? WHITE],
    ['--brand-text', readableOnPaper(primary)],
    ['--brand-rule', primary],
    ['--brand-tint', mix(primary, WHITE, 0.94)],
    ['--accent', checkedColour(brand, 'accent')],
  ]);
}

function checkedColour(brand: Brand, role: 'primary' | 'accent'): string {
  const colour = brand.colours[role];
  if (!/^#[0-9a-fA-F]{6}$/.test(colour))
    throw new ReportError('config-invalid', `brand ${brand.id}: the ${role} colour is not written like #0a3d62`, {
      where: { field: `colours.${role}` },
    });
  return colour.toLowerCase();
}
