import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { runDelivery } from '../support/run-delivery.ts';

function workspaceWithStatus(status: string) {
  const workspace = makeDeliveryWorkspace({
    systems: [{ id: 'outbox', kind: 'folder', path: 'outbox' }],
    destinations: [{ id: 'outbox', kind: 'folder' }],
  });
  onTestFinished(() => workspace.remove());
  const file = join(workspace.folder, 'manifest.json');
  const manifest: object = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, status }));
  return workspace;
}

it.each([
  ['draft', /is a draft and goes to no customer/],
  ['review', /is in review and goes to no customer/],
])('a report that is marked %s goes to nobody', async (status, message) => {
  await expect(runDelivery(workspaceWithStatus(status))).rejects.toThrow(message);
});

it('a report that is final is delivered', async () => {
  expect(await runDelivery(workspaceWithStatus('final'))).toMatchObject([{ outcome: 'delivered' }]);
});
