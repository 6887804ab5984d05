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

/** A shipped family for scripts that the text family does not have, in two weights. */
export interface ScriptFont {
  readonly family: string;
  /** ISO 639 code of the language whose shapes of shared characters it has. */
  readonly language: string;
  /** One entry for each slice of its characters; small, so that a document holds only those which it uses. */
  readonly slices: readonly { readonly unicodeRange: string; readonly regular: string; readonly bold: string }[];
}

/** In order of preference; where a character is in several, the language of the document and its other characters decide. */
const SCRIPT_FAMILIES = [
  {
    family: 'Noto Sans Arabic',
    name: 'noto-sans-arabic',
    language: 'ar',
    isSlice: (slice: string) => slice === 'arabic',
  },
  {
    family: 'Noto Sans Hebrew',
    name: 'noto-sans-hebrew',
    language: 'he',
    isSlice: (slice: string) => slice === 'hebrew',
  },
  { family: 'Noto Sans JP', name: 'noto-sans-jp', language: 'ja', isSlice: isNumbered },
  { family: 'Noto Sans SC', name: 'noto-sans-sc', language: 'zh', isSlice: isNumbered },
  { family: 'Noto Sans KR', name: 'noto-sans-kr', language: 'ko', isSlice: isNumbered },
] as const;

/** The slices of East Asian fonts have numbers; what else such a font has, the text family has as well. */
function isNumbered(slice: string): boolean {
  return slice.startsWith('[');
}

let scripts: readonly ScriptFont[] | undefined;

/** The families for right-to-left and East Asian scripts. Most documents never ask for them. */
export function scriptFonts(): readonly ScriptFont[] {
  scripts ??= SCRIPT_FAMILIES.map(({ family, name, language, isSlice }) => {
    const folder = packageFolder(`@fontsource/${name}`, 'LICENSE');
    const file = (slice: string, weight: number): string =>
      join(folder, 'files', `${name}-${slice.replaceAll(/[[\]]/gu, '')}-${weight}-normal.woff2`);
    const slices = unicodeRanges(join(folder, 'unicode.json'))
      .filter(([slice]) => isSlice(slice))
      .map(([slice, unicodeRange]) => ({ unicodeRange, regular: file(slice, 400), bold: file(slice, 700) }));
    return { family, language, slices };
  });
  return scripts;
}

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
