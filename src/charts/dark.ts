import { contrast, lightnessOf, luminanceOf, withLightnessOnly } from '../model/colour.ts';

/** The ground of the dark theme, on which a screen of text does not glare. */
export const DARK_PAPER = '#12181f';
const WHITE = '#ffffff';

/**
 * The colour that stands to dark paper as `colour` stands to white: of the same hue and with the same WCAG contrast to its
 * ground. Any two colours keep the contrast between them too, so that what is readable or told apart in greyscale on white
 * stays so. What is nearly black becomes white at most.
 */
export function onDark(colour: string): string {
  if (contrast(colour, WHITE) === 1) return DARK_PAPER;
  const wanted = contrast(colour, WHITE) * (luminanceOf(DARK_PAPER) + 0.05) - 0.05;
  let [low, high] = [0, 1];
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2;
    if (luminanceOf(withLightnessOnly(colour, middle)) < wanted) low = middle;
    else high = middle;
  }
  const turned = withLightnessOnly(colour, Math.max(high, lightnessOf(DARK_PAPER)));
  // No screen shows so light a colour of this hue.
  return luminanceOf(turned) < wanted * 0.97 && high > 0.99 ? WHITE : turned;
}
