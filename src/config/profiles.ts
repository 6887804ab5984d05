import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigFile } from './case.ts';
import type { Fault } from './faults.ts';
import { suggestion } from './nearest.ts';
import { type CustomerFile, customerSchema, type ProviderFile, providerSchema } from './schema.ts';
import { findFile, readYamlFile, WORKSPACE_FILE } from './workspace-files.ts';

type Loaded<T> =
  | {
      readonly value: T;
      readonly file: ConfigFile;
      /** Where a field stands, for messages. */
      readonly placeOf: (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number };
    }
  | { readonly faults: readonly Fault[] };

/** `debrief.yaml` of a workspace. */
export async function loadProvider(root: string): Promise<Loaded<ProviderFile>> {
  const found = await findFile(root, root, WORKSPACE_FILE);
  return 'path' in found ? readYamlFile(found, providerSchema) : { faults: [{ file: WORKSPACE_FILE, ...found }] };
}

/** `customers/<id>.yaml`, which must state the same id: a copied file would put one customer's data under another's name. */
export async function loadCustomer(root: string, id: string): Promise<Loaded<CustomerFile>> {
  const path = `customers/${id}.yaml`;
  const found = await findFile(root, root, path);
  if (!('path' in found)) {
    const names = await readdir(join(root, 'customers')).catch(() => []);
    const ids = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
    const problem =
      found.code === 'file-not-found' ? `${path} does not exist${suggestion(id, ids.sort())}` : found.problem;
    return { faults: [{ file: path, ...found, problem }] };
  }
  const read = await readYamlFile(found, customerSchema);
  if ('faults' in read || read.value.id === id) return read;
  return {
    faults: [
      {
        file: path,
        ...read.placeOf(['id']),
        field: 'id',
        problem: `is "${read.value.id}"; expected "${id}", the name of the file`,
      },
    ],
  };
}
