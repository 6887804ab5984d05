import type { OwnRecommendation, RecommendationEdit } from '../model/recommendation.ts';
import { RECOMMENDATION_IDS } from '../model/recommendation.ts';
import type { ConfigFile } from './case.ts';
import { type Fault, formatField } from './faults.ts';
import { suggestion } from './nearest.ts';
import { recommendationsSchema } from './schema.ts';
import { findFile, readYamlFile } from './workspace-files.ts';

const FILE = 'recommendations.yaml';

type Place = (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number };

/** The provider's own recommendations; a workspace without the file has none. `ids` are all that a case file may name. */
export async function loadRecommendations(root: string): Promise<{
  readonly recommendations: readonly OwnRecommendation[];
  readonly ids: readonly string[];
  readonly faults: readonly Fault[];
  /** Digests of the file, when there is one. */
  readonly files: readonly ConfigFile[];
}> {
  const found = await findFile(root, root, FILE);
  if (!('path' in found)) {
    const faults = found.code === 'file-not-found' ? [] : [{ file: FILE, ...found }];
    return { recommendations: [], ids: RECOMMENDATION_IDS, faults, files: [] };
  }
  const read = await readYamlFile(found, recommendationsSchema);
  if ('faults' in read) return { recommendations: [], ids: RECOMMENDATION_IDS, faults: read.faults, files: [] };
  const { recommendations } = read.value;
  const ids: string[] = [...RECOMMENDATION_IDS];
  const faults: Fault[] = [];
  for (const [index, { id }] of recommendations.entries()) {
    if (ids.includes(id)) {
      const path = ['recommendations', index, 'id'];
      faults.push({
        file: FILE,
        ...read.placeOf(path),
        field: formatField(path),
        problem: `is "${id}", which is taken already`,
      });
    }
    ids.push(id);
  }
  return { recommendations, ids, faults, files: [read.file] };
}

/** Edits of a case file that name no recommendation: a slip that would silently change nothing. */
export function findUnknownEdits(
  edits: readonly RecommendationEdit[],
  ids: readonly string[],
  file: string,
  placeOf: Place,
): Fault[] {
  return edits.flatMap(({ id }, index): Fault[] => {
    if (id === undefined || ids.includes(id)) return [];
    const path = ['recommendations', index, 'id'];
    return [
      {
        file,
        ...placeOf(path),
        field: formatField(path),
        problem: `is "${id}", which is no recommendation${suggestion(id, ids)}; leave the id out for a new one`,
      },
    ];
  });
}
