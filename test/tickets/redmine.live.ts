import { afterEach, describe, expect, it } from 'vitest';
import { type CrashMatrix, runCrashMatrix } from '../support/crash-matrix.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import {
  type DeliveryWorkspace,
  type DeliveryWorkspaceOptions,
  makeDeliveryWorkspace,
} from '../support/delivery-workspace.ts';
import { readEnv } from '../support/read-env.ts';
import { makeLog, runDelivery } from '../support/run-delivery.ts';

const env = readEnv(process.env.REDMINE_ENV);

interface Issue {
  readonly attachments: readonly { readonly id: number; readonly filename: string; readonly content_url: string }[];
  readonly journals: readonly { readonly notes: string | null; readonly private_notes: boolean }[];
}

describe.skipIf(env === undefined)('Redmine, for real', () => {
  const {
    REDMINE_URL = '',
    REDMINE_KEY = '',
    REDMINE_LIMITED_KEY = '',
    REDMINE_PROJECT = '',
    REDMINE_ISSUE = '',
    REDMINE_FOREIGN_ISSUE = '',
  } = env ?? {};
  const open: DeliveryWorkspace[] = [];
  afterEach(() => {
    for (const workspace of open.splice(0)) workspace.remove();
  });

  const workspaceFor = (
    own: object,
    options: Partial<DeliveryWorkspaceOptions> & { readonly url?: string; readonly key?: string } = {},
  ) => {
    process.env.REDMINE_KEY = REDMINE_KEY;
    process.env.REDMINE_LIMITED_KEY = REDMINE_LIMITED_KEY;
    const { url = REDMINE_URL, key = 'env:REDMINE_KEY', ...rest } = options;
    const workspace = makeDeliveryWorkspace({
      systems: [{ id: 'redmine', kind: 'redmine', url, key }],
      destinations: [
        {
          id: 'redmine',
          kind: 'redmine',
          ticket: REDMINE_ISSUE,
          project: REDMINE_PROJECT,
          attachmentsVisible: true,
          ...own,
        },
      ],
      ...rest,
    });
    open.push(workspace);
    return workspace;
  };
  const readIssue = async (key = REDMINE_KEY): Promise<Issue> => {
    const answer = await fetch(`${REDMINE_URL}/issues/${REDMINE_ISSUE}.json?include=attachments,journals`, {
      headers: { 'x-redmine-api-key': key },
    });
    return ((await answer.json()) as { issue: Issue }).issue;
  };
  const filesOf = async (key: string) => {
    const { attachments } = await readIssue();
    return Promise.all(
      attachments
        .filter(({ filename }) => filename.includes(key))
        .map(async ({ id, filename }) => {
          const answer = await fetch(`${REDMINE_URL}/attachments/download/${id}/${filename}`, {
            headers: { 'x-redmine-api-key': REDMINE_KEY },
          });
          return Buffer.from(await answer.arrayBuffer());
        }),
    );
  };

  it('gets a private note with a PDF of a megabyte, which others do not see', async () => {
    const workspace = workspaceFor({}, { pdfBytes: 1_000_000 });
    const [result] = await runDelivery(workspace);
    expect(result).toMatchObject({ outcome: 'delivered' });
    expect((await filesOf(result?.key ?? '')).map((bytes) => bytes.equals(workspace.pdf))).toEqual([true]);
    const ours = ({ journals }: Issue) => journals.filter(({ notes }) => notes?.includes(result?.key ?? 'none'));
    expect(ours(await readIssue()).map((note) => note.private_notes)).toEqual([true]);
    expect(ours(await readIssue(REDMINE_LIMITED_KEY))).toEqual([]);
  });

  it('gets nothing from a user whose private notes it would show to everybody', async () => {
    const before = (await readIssue()).journals.length;
    expect(await runDelivery(workspaceFor({}, { key: 'env:REDMINE_LIMITED_KEY' }))).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('lacks set_notes_private') },
    ]);
    expect((await readIssue()).journals).toHaveLength(before);
  });

  it('refuses what is too large, and is not asked twice', async () => {
    const log = makeLog();
    const large = workspaceFor({}, { pdfBytes: 5_500_000 });
    const [result] = await runDelivery(large, { folder: large.addRevision(61) }, log);
    expect(result).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('too-large') });
    expect(log.lines.filter((line) => line.startsWith('POST /uploads.json'))).toHaveLength(1);
    const falling = workspaceFor({ whenTooLarge: ['html'] }, { pdfBytes: 5_500_000 });
    const [other] = await runDelivery(falling, { folder: falling.addRevision(60) });
    expect(other).toMatchObject({ outcome: 'delivered', files: [expect.stringMatching(/\.html$/)] });
  });

  it('gets nothing on an issue of another project', async () => {
    expect(await runDelivery(workspaceFor({ ticket: REDMINE_FOREIGN_ISSUE }))).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('wrong-customer') },
    ]);
  });

  it('has one report and one note wherever the process was killed or an answer was cut off', async () => {
    const proxy = await startDeadlyProxy(REDMINE_URL);
    let revision = 100;
    const makeWorkspace = () => {
      const workspace = workspaceFor({}, { url: proxy.url, rules: { settleSeconds: 1 } });
      revision += 1;
      return { ...workspace, folder: workspace.addRevision(revision) };
    };
    const look: CrashMatrix['look'] = async (key, { pdf }) => {
      const files = await filesOf(key);
      const { journals } = await readIssue();
      return {
        attachments: files.length,
        comments: journals.filter(({ notes }) => notes?.includes(key)).length,
        isIntact: files.every((bytes) => bytes.equals(pdf)),
      };
    };
    try {
      expect(await runCrashMatrix({ proxy, makeWorkspace, look })).toBeGreaterThan(8);
    } finally {
      await proxy.close();
    }
  });
});
