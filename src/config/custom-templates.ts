import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigFile, CustomTemplates, TemplateFile } from './case.ts';
import type { Fault } from './faults.ts';
import { suggestion } from './nearest.ts';
import { templatesSchema } from './schema.ts';
import { checkStyleSheet, checkTemplate, type TemplateFault } from './template-check.ts';
import { digestOf, findFile, readSmall, readYamlFile } from './workspace-files.ts';

const FOLDER = 'templates';
const FILE = `${FOLDER}/templates.yaml`;
const LARGEST_TEMPLATE_BYTES = 256 * 1024;

/** The parts of a page that a workspace may write anew. The frame and the writing of values are not among them. */
export const REPLACEABLE_TEMPLATES = [
  'cover',
  'contents',
  'about',
  'blocks/text',
  'blocks/statements',
  'blocks/figure',
  'blocks/table',
  'blocks/callout',
  'blocks/definitions',
  'blocks/code',
] as const;

interface Loaded {
  /** Absent where the workspace has no templates/templates.yaml. */
  readonly templates?: CustomTemplates;
  readonly faults: readonly Fault[];
  readonly files: readonly ConfigFile[];
}

/**
 * `templates/` of a workspace: parts of the page that it writes anew, sections that it adds, a style sheet. All of it is
 * checked against the rules of docs/template-contract.md; what a template asks for is checked when it is filled.
 */
export async function loadCustomTemplates(root: string): Promise<Loaded> {
  const found = await findFile(root, root, FILE);
  const names = await templatesIn(root);
  if (!('path' in found)) {
    if (found.code !== 'file-not-found') return { faults: [{ file: FILE, ...found }], files: [] };
    const [stray] = names;
    const faults =
      stray === undefined
        ? []
        : [
            {
              file: `${FOLDER}/${stray}.hbs`,
              problem: `is not used: ${FILE} is missing and states which contract it is for`,
            },
          ];
    return { faults, files: [] };
  }
  const read = await readYamlFile(found, templatesSchema);
  if ('faults' in read) return { faults: read.faults, files: [] };
  const spec = read.value;
  const faults: Fault[] = [];
  const files: ConfigFile[] = [read.file];

  const take = async (
    path: string,
    check: (source: string) => readonly TemplateFault[],
  ): Promise<TemplateFile | undefined> => {
    const file = await findFile(root, join(root, FOLDER), path);
    if (!('path' in file)) {
      faults.push({ file: FILE, ...file });
      return undefined;
    }
    const bytes = await readSmall(file.absolutePath, LARGEST_TEMPLATE_BYTES);
    if (!Buffer.isBuffer(bytes)) {
      faults.push({ file: file.path, ...bytes });
      return undefined;
    }
    const source = bytes.toString('utf8');
    faults.push(...check(source).map((fault) => ({ file: file.path, ...fault })));
    files.push(digestOf(file.path, bytes));
    return { path: file.path, source };
  };

  const replaced: (TemplateFile & { readonly name: string })[] = [];
  for (const name of names.filter((one) => !one.startsWith('sections/'))) {
    if (!REPLACEABLE_TEMPLATES.some((one) => one === name)) {
      faults.push({
        file: `${FOLDER}/${name}.hbs`,
        problem: `replaces nothing${suggestion(name, [...REPLACEABLE_TEMPLATES])}`,
      });
      continue;
    }
    const file = await take(`${name}.hbs`, checkTemplate);
    if (file) replaced.push({ name, ...file });
  }
  const sections: CustomTemplates['sections'][number][] = [];
  for (const { template, ...section } of spec.sections) {
    const file = await take(template, checkTemplate);
    if (file) sections.push({ ...section, template: file });
  }
  const styleSheet = spec.styleSheet === undefined ? undefined : await take(spec.styleSheet, checkStyleSheet);
  return { templates: { replaced, sections, ...(styleSheet && { styleSheet }) }, faults, files };
}

/** Names of all templates in the folder without their ending, sorted. */
async function templatesIn(root: string): Promise<string[]> {
  const entries = await readdir(join(root, FOLDER), { recursive: true, encoding: 'utf8' }).catch(() => []);
  return entries
    .map((entry) => entry.split('\\').join('/'))
    .filter((entry) => entry.endsWith('.hbs'))
    .map((entry) => entry.slice(0, -'.hbs'.length))
    .sort();
}
