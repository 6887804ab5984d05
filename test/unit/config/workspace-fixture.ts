import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A small workspace that is right in every file; a test spoils one. */
const SOUND: Readonly<Record<string, string>> = {
  'debrief.yaml': 'provider:\n  name: Northwind Shield\n  contact: soc@northwind.example\n',
  'customers/acme.yaml': 'id: acme\nname: Acme Shop\ntimeZone: Europe/Berlin\nzones: [acme.example]\n',
  'incidents/INC-1.yaml':
    'customer: acme\nid: INC-1\ntitle: Flood on the shop\ntraffic:\n  - file: logs/http-1.ndjson\n',
  'incidents/logs/http-1.ndjson': '{}\n',
};

/** Writes `SOUND` with `changes` over it (`undefined` leaves a file out) to a folder of its own, removed after the test. */
export async function makeWorkspace(
  changes: Readonly<Record<string, string | Buffer | undefined>> = {},
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-config-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ ...SOUND, ...changes })) {
    if (content === undefined) continue;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}
