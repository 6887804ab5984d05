import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A static face of a shipped family. Variable fonts and synthetic bold would end as Type 3 fonts in the PDF. */
export interface FontFace {
  readonly family: string;
  readonly weight: number;
  /** For canvases and, through fontconfig, for a browser on a machine without fonts. */
  readonly ttf: string;
  /** For documents: one file a script, with the `unicode-range` it covers. */
  readonly webFiles: readonly { readonly subset: string; readonly woff2: string; readonly unicodeRange: string }[];
}

export const TEXT_FAMILY = 'Inter';
const CODE_FAMILY = 'JetBrains Mono';

const require = createRequire(import.meta.url);

const FAMILIES = [
  {
    family: TEXT_FAMILY,
    web: '@fontsource/inter',
    webName: 'inter',
    ttf: '@expo-google-fonts/inter',
    ttfName: 'Inter',
    weights: [
      [400, '400Regular'],
      [600, '600SemiBold'],
      [700, '700Bold'],
    ],
  },
  {
    family: CODE_FAMILY,
    web: '@fontsource/jetbrains-mono',
    webName: 'jetbrains-mono',
    ttf: '@expo-google-fonts/jetbrains-mono',
    ttfName: 'JetBrainsMono',
    weights: [
      [400, '400Regular'],
      [600, '600SemiBold'],
    ],
  },
] as const;

let faces: readonly FontFace[] | undefined;

/** Every face that charts and documents use, with absolute paths into the installed font packages. */
export function fontFaces(): readonly FontFace[] {
  faces ??= findFaces();
  return faces;
}

function findFaces(): readonly FontFace[] {
  return FAMILIES.flatMap(({ family, web, webName, ttf, ttfName, weights }) => {
    const webFolder = packageFolder(web, 'LICENSE');
    const ranges = unicodeRanges(join(webFolder, 'unicode.json'));
    return weights.map(([weight, style]) => ({
      family,
      weight,
      ttf: join(packageFolder(ttf, 'package.json'), style, `${ttfName}_${style}.ttf`),
      webFiles: ranges.map(([subset, unicodeRange]) => ({
        subset,
        unicodeRange,
        woff2: join(webFolder, 'files', `${webName}-${subset}-${weight}-normal.woff2`),
      })),
    }));
  });
}

/** `file` is one in the package's root that it lets others find. */
function packageFolder(name: string, file: string): string {
  return dirname(require.resolve(`${name}/${file}`));
}

/** `{"latin": "U+0000-00FF,…"}` of the font package; Latin first, as most text needs nothing else. */
function unicodeRanges(file: string): readonly (readonly [string, string])[] {
  const parsed: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(parsed).sort(([a], [b]) => Number(b === 'latin') - Number(a === 'latin'));
}
