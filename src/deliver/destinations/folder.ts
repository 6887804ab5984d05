import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { DeliveryFault } from '../fault.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { type Parcel, parcelFileName } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// A folder of the customer, ready to be fetched by SFTP or synchronised elsewhere. Files appear whole, by a rename inside the
// folder; the comment comes last, so whoever waits for it finds the rest. Names that start with a dot are being written.

const LONGEST_COMMENT = 100_000;

export function openFolder({ system, own }: Configured<'folder'>, toolbox: Toolbox): Destination {
  const root = isAbsolute(system.path) ? system.path : resolve(toolbox.workspaceDir, system.path);
  const folder = join(root, own.folder ?? toolbox.customerId);
  const { mayAct } = toolbox.connection;

  const write = async (name: string, content: Uint8Array): Promise<void> => {
    const path = join(folder, name);
    const partial = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
    try {
      mayAct({ effect: 'act' });
      await mkdir(folder, { recursive: true });
      const handle = await open(
        partial,
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
        0o640,
      );
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      mayAct({ effect: 'act' });
      await rename(partial, path); // the same name and the same bytes at every attempt
    } catch (error) {
      await rm(partial, { force: true });
      throw faultOfDisk(error, path);
    }
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: false },
    probe: async () => {
      const found = await realpath(root).catch(() => undefined);
      if (found === undefined)
        return [{ status: 'fail', finding: `${root} does not exist`, cure: 'make it, or correct path' }];
      const probe = join(found, `.debrief-${randomBytes(6).toString('hex')}`);
      try {
        await (await open(probe, 'wx')).close();
        return [{ status: 'ok', finding: `${found} can be written` }];
      } catch {
        return [{ status: 'fail', finding: `${found} cannot be written`, cure: 'let this user write there' }];
      } finally {
        await rm(probe, { force: true });
      }
    },
    inspect: async () => ({}),
    steps: (parcel) => [
      ...parcel.files.map((file) => ({
        name: file.name,
        effect: 'act' as const,
        run: async () => {
          await write(file.name, await file.read());
          return {};
        },
      })),
      {
        name: 'comment',
        effect: 'act' as const,
        run: async () => {
          await write(commentName(parcel), Buffer.from(renderComment(parcel, 'markdown', LONGEST_COMMENT)));
          return {};
        },
      },
    ],
    find: async (parcel) => {
      const names = new Set(await readdir(folder).catch(() => []));
      const steps = [
        ...parcel.files.map(({ name }) => [name, name] as const),
        ['comment', commentName(parcel)] as const,
      ];
      return Object.fromEntries(steps.filter(([, name]) => names.has(name)).map(([step]) => [step, {}]));
    },
    readBack: async (parcel) => {
      const files = await Promise.all(
        parcel.files.map(async ({ name }) => {
          const content = await readFile(join(folder, name)).catch((error: unknown) => {
            throw faultOfDisk(error, name);
          });
          return { name, sha256: digestOf(content), bytes: content.byteLength };
        }),
      );
      const names = await readdir(folder);
      return { files, comments: names.filter((name) => name === commentName(parcel)).length };
    },
    rehearse: (parcel) =>
      [...parcel.files.map(({ name }) => name), commentName(parcel)].map((name) => ({
        does: `write ${join(folder, name)}`,
      })),
  };
}

function commentName(parcel: Parcel): string {
  return parcelFileName(parcel, 'md');
}

function faultOfDisk(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  const outcome = ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE'].includes(code) ? 'later' : 'rejected';
  return new DeliveryFault(
    outcome,
    outcome === 'later' ? 'unreachable' : 'refused',
    `${path} cannot be written or read (${code})`,
    { cause: error },
  );
}
