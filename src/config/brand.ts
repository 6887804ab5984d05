import { dirname, join } from 'node:path';
import type { Brand, ConfigFile } from './case.ts';
import type { Fault } from './faults.ts';
import { checkLogo, LARGEST_LOGO_BYTES } from './logo.ts';
import { brandSchema } from './schema.ts';
import { digestOf, findFile, isInside, readSmall, readYamlFile } from './workspace-files.ts';

/** The brand that needs no folder. */
const BUILT_IN = 'default';

/**
 * The brand in `brands/<id>/`, its logo read and checked. `default` without a folder is the built-in one, in neutral
 * colours under the provider's name.
 */
export async function loadBrand(
  root: string,
  id: string,
  providerName: string,
): Promise<{ readonly brand: Brand; readonly files: readonly ConfigFile[] } | { readonly faults: readonly Fault[] }> {
  const path = `brands/${id}/brand.yaml`;
  const found = await findFile(root, root, path);
  if (!('path' in found)) {
    if (id !== BUILT_IN || found.code !== 'file-not-found') return { faults: [{ file: path, ...found }] };
    return { brand: { id, name: providerName, colours: brandSchema.parse({ name: providerName }).colours }, files: [] };
  }
  const read = await readYamlFile(found, brandSchema);
  if ('faults' in read) return read;
  const { name, logo, colours, legal } = read.value;
  const brand = { id, name, colours, ...(legal !== undefined && { legal }) };
  if (logo === undefined) return { brand, files: [read.file] };

  const refuse = (fault: Omit<Fault, 'file'>) => ({
    faults: [{ file: found.path, ...read.placeOf(['logo']), field: 'logo', ...fault }],
  });
  const folder = dirname(found.absolutePath);
  const file = await findFile(root, join(root, 'brands', id), logo);
  if (!('path' in file)) return refuse(file);
  if (!isInside(folder, file.absolutePath))
    return refuse({
      problem: `${file.path} is not in the brand folder; copy it there`,
      code: 'path-outside-workspace',
    });
  const bytes = await readSmall(file.absolutePath, LARGEST_LOGO_BYTES);
  if (!Buffer.isBuffer(bytes)) return refuse({ ...bytes, problem: `${file.path} ${bytes.problem}` });
  const checked = checkLogo(bytes);
  return 'url' in checked
    ? { brand: { ...brand, logo: checked.url }, files: [read.file, digestOf(file.path, bytes)] }
    : refuse({ ...checked, problem: `${file.path} ${checked.problem}` });
}
