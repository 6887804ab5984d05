import type { CaseInput, ConfigFile } from './case.ts';
import { type Fault, formatField } from './faults.ts';
import { type InputSpec, mappingSchema } from './schema.ts';
import { findFile, findFiles, readYamlFile } from './workspace-files.ts';

/** Where inputs are named, and where what was found about them goes. */
export interface Finder {
  readonly root: string;
  readonly baseDir: string;
  /** The file that names them, for messages. */
  readonly file: string;
  readonly placeOf: (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number };
  /** Added to. */
  readonly faults: Fault[];
  /** Added to; a mapping once for each input that it reads. */
  readonly mappings: ConfigFile[];
}

/** Inputs that are named for every period at once. */
interface StandingInputs {
  /** UTC dates that the period touches; each takes the place of `{date}` in turn. */
  readonly dates: readonly string[];
  /** Added to: patterns without a file, which is no fault of who wrote them. */
  readonly missing: string[];
}

/** The files behind one list (`['traffic']`), in its order, each once: a file read twice would be counted twice. */
export async function findInputs(
  finder: Finder,
  list: readonly string[],
  specs: readonly InputSpec[],
  standing?: StandingInputs,
): Promise<CaseInput[]> {
  const inputs: CaseInput[] = [];
  const takenBy = new Map<string, string>();
  for (const [index, spec] of specs.entries()) {
    const blame = (key: string, fault: Omit<Fault, 'file'>) =>
      finder.faults.push({
        file: finder.file,
        ...finder.placeOf([...list, index, key]),
        field: formatField([...list, index, key]),
        ...fault,
      });
    const mapping = spec.mapping === undefined ? undefined : await findFile(finder.root, finder.baseDir, spec.mapping);
    if (mapping && !('path' in mapping)) blame('mapping', mapping);
    if (spec.format === 'mapped' && spec.mapping === undefined)
      blame('mapping', { problem: 'is missing; format mapped needs a mapping file' });
    const rules = mapping && 'path' in mapping ? await readYamlFile(mapping, mappingSchema) : undefined;
    if (rules && 'faults' in rules) finder.faults.push(...rules.faults);
    else if (rules) finder.mappings.push(rules.file);

    const { file: pattern, mapping: _mapping, receivedAt, ...rest } = spec;
    for (const file of patternsOf(pattern, standing)) {
      const found = await findFiles(finder.root, finder.baseDir, file);
      if (!('files' in found)) {
        if (standing && found.code === 'file-not-found') standing.missing.push(file);
        else blame('file', found);
        continue;
      }
      for (const { path, absolutePath } of found.files) {
        const other = takenBy.get(absolutePath);
        if (other !== undefined) {
          blame('file', { problem: `${path} is read already by ${other}; a file counts once` });
          continue;
        }
        takenBy.set(absolutePath, formatField([...list, index, 'file']));
        inputs.push({
          ...rest,
          path,
          absolutePath,
          ...(rules && 'value' in rules && { mapping: rules.value }),
          ...(receivedAt !== undefined && { receivedAt: Date.parse(receivedAt) }),
        });
      }
    }
  }
  return inputs;
}

function patternsOf(pattern: string, standing: StandingInputs | undefined): readonly string[] {
  if (!standing || !pattern.includes('{date}')) return [pattern];
  return standing.dates.map((date) => pattern.replaceAll('{date}', date));
}
