import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { readableOnPaper } from '../model/colour.ts';
import type { Brand, ConfigFile } from './case.ts';
import type { Fault } from './faults.ts';
import { checkFont, LARGEST_FONT_BYTES } from './font.ts';
import { checkLogo, LARGEST_LOGO_BYTES } from './logo.ts';
import { brandSchema, type CustomerFile, type ProviderFile } from './schema.ts';
import { digestOf, findFile, isInside, type Problem, readSmall, readYamlFile } from './workspace-files.ts';

/** The brand that needs no folder. */
const BUILT_IN = 'default';

/** The brand of a report, and under whose name that goes out. */
interface LoadedBrand {
  readonly brand: Brand;
  readonly provider: { readonly name: string; readonly contact?: string };
  readonly preparedBy: string;
  readonly files: readonly ConfigFile[];
  /** Full sentences about what is printed otherwise than the brand says. */
  readonly remarks: readonly string[];
}

type Loaded = LoadedBrand | { readonly faults: readonly Fault[] };

/**
 * The brand in `brands/<id>/`, its pictures and fonts read and checked. `default` without a folder is the built-in one, in
 * neutral colours under the provider's name.
 */
export async function loadBrand(root: string, id: string, { provider, defaults }: ProviderFile): Promise<Loaded> {
  const path = `brands/${id}/brand.yaml`;
  const issuer = { provider: nameAndContact(provider.name, provider.contact), preparedBy: defaults.preparedBy };
  const found = await findFile(root, root, path);
  if (!('path' in found)) {
    if (id !== BUILT_IN || found.code !== 'file-not-found') return { faults: [{ file: path, ...found }] };
    const { colours } = brandSchema.parse({ name: provider.name });
    return { brand: { id, name: provider.name, colours }, ...issuer, files: [], remarks: [] };
  }
  const read = await readYamlFile(found, brandSchema);
  if ('faults' in read) return read;
  const spec = read.value;
  const files: ConfigFile[] = [read.file];
  const faults: Fault[] = [];
  const folder = dirname(found.absolutePath);
  /** A file of the brand folder as `check` makes it; what is wrong with it is added to the faults. */
  const take = async (
    field: string,
    name: string | undefined,
    most: number,
    check: (bytes: Buffer) => string | Problem,
  ): Promise<string | undefined> => {
    if (name === undefined) return undefined;
    const taken = await takeFile(root, folder, name, most, check);
    if ('file' in taken) {
      files.push(taken.file);
      return taken.content;
    }
    faults.push({ file: found.path, ...read.placeOf(field.split('.')), field, ...taken });
    return undefined;
  };
  const takeFont = (field: string, name: string | undefined) => take(field, name, LARGEST_FONT_BYTES, checkFont);
  const logo = await take('logo', spec.logo, LARGEST_LOGO_BYTES, pictureUrl);
  const coverPicture = await take('cover.picture', spec.cover.picture, LARGEST_LOGO_BYTES, pictureUrl);
  const headings = await takeFont('fonts.headings', spec.fonts.headings);
  const regular = await takeFont('fonts.text.regular', spec.fonts.text?.regular);
  const semibold = await takeFont('fonts.text.semibold', spec.fonts.text?.semibold);
  const bold = await takeFont('fonts.text.bold', spec.fonts.text?.bold);
  if (faults.length > 0) return { faults };

  const text = regular !== undefined && semibold !== undefined && bold !== undefined && { regular, semibold, bold };
  const fonts = { ...(headings !== undefined && { headings }), ...(text && { text }) };
  return {
    brand: {
      id,
      name: spec.name,
      colours: spec.colours,
      ...(logo !== undefined && { logo }),
      ...(coverPicture !== undefined && { coverPicture }),
      ...(Object.keys(fonts).length > 0 && { fonts }),
      ...(spec.contacts.length > 0 && { contacts: spec.contacts }),
      ...(spec.legal !== undefined && { legal: spec.legal }),
      ...(spec.whiteLabel && provider.name !== spec.name && { unnamed: [provider.name] }),
    },
    ...(spec.whiteLabel ? whiteLabel(spec) : { ...issuer, preparedBy: spec.preparedBy ?? issuer.preparedBy }),
    files,
    remarks: colourRemarks(found.path, spec.colours.primary),
  };
}

/** The logo of a customer, beside its own file; `undefined` when it names none. */
export async function loadCustomerLogo(
  root: string,
  customer: CustomerFile,
): Promise<{ readonly content: string; readonly file: ConfigFile } | Problem | undefined> {
  if (customer.logo === undefined) return undefined;
  return takeFile(root, join(root, 'customers'), customer.logo, LARGEST_LOGO_BYTES, pictureUrl);
}

/** One file in `folder` or below it, read whole and checked; otherwise what is wrong, told by its path. */
async function takeFile(
  root: string,
  folder: string,
  name: string,
  most: number,
  check: (bytes: Buffer) => string | Problem,
): Promise<{ readonly content: string; readonly file: ConfigFile } | Problem> {
  const file = await findFile(root, folder, name);
  if (!('path' in file)) return file;
  if (!isInside(folder, file.absolutePath))
    return { problem: `${file.path} is not in the folder of this file; copy it there`, code: 'path-outside-workspace' };
  const bytes = await readSmall(file.absolutePath, most);
  if (!Buffer.isBuffer(bytes)) return { ...bytes, problem: `${file.path} ${bytes.problem}` };
  const content = check(bytes);
  return typeof content === 'string'
    ? { content, file: digestOf(file.path, bytes) }
    : { ...content, problem: `${file.path} ${content.problem}` };
}

function pictureUrl(bytes: Buffer): string | Problem {
  const checked = checkLogo(bytes);
  return 'url' in checked ? checked.url : checked;
}

function whiteLabel(spec: z.output<typeof brandSchema>): Pick<LoadedBrand, 'provider' | 'preparedBy'> {
  return {
    provider: nameAndContact(spec.name, spec.contact),
    preparedBy: spec.preparedBy ?? 'Security Operations Centre',
  };
}

function nameAndContact(name: string, contact: string | undefined): LoadedBrand['provider'] {
  return { name, ...(contact !== undefined && { contact }) };
}

/** A colour in which words could not be read is printed darker, and whoever chose it is told. */
function colourRemarks(file: string, primary: string): string[] {
  const readable = readableOnPaper(primary);
  return readable.toLowerCase() === primary.toLowerCase()
    ? []
    : [`${file}: words in colours.primary ${primary} could not be read on paper; they are printed in ${readable}.`];
}
