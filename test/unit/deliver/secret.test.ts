import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecret } from '../../../src/deliver/secret.ts';
import { withoutSecrets } from '../../../src/model/secrets.ts';

const dir = mkdtempSync(join(tmpdir(), 'debrief-secret-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a secret', () => {
  it('shows itself only when asked by name', async () => {
    process.env.CANARY = 'correct horse battery/staple';
    const secret = await readSecret('env:CANARY');
    expect(secret.reveal()).toBe('correct horse battery/staple');
    expect([String(secret), JSON.stringify({ secret }), inspect({ secret })].join()).not.toContain('horse');
  });

  it('stands in no text any more, however it is written there', async () => {
    process.env.CANARY = 'correct horse battery/staple';
    const secret = await readSecret('env:CANARY');
    const basic = secret.basicFor('bot@northwall.example');
    const texts = [
      `it was ${secret.reveal()}!`,
      `GET /?t=${encodeURIComponent(secret.reveal())}`,
      Buffer.from(secret.reveal()).toString('base64'),
      `x ${basic.slice('Basic '.length)}`,
    ];
    for (const text of texts) expect(withoutSecrets(text)).toContain('[redacted]');
    expect(withoutSecrets(texts.join(' '))).not.toMatch(/horse|Y29ycmVjdC/);
  });

  it('is read from a file that others cannot read, and from no other', async () => {
    const file = join(dir, 'token');
    writeFileSync(file, 'a-long-enough-token\n', { mode: 0o600 });
    expect((await readSecret(`file:${file}`)).reveal()).toBe('a-long-enough-token');
    chmodSync(file, 0o644);
    await expect(readSecret(`file:${file}`)).rejects.toMatchObject({
      code: 'secret-unreadable',
      message: expect.stringContaining('mode 644'),
    });
    await expect(readSecret(`file:${dir}/none`)).rejects.toMatchObject({
      message: expect.stringContaining('does not exist'),
    });
  });

  it('is refused when it is not set or too short to be searched for', async () => {
    delete process.env.CANARY;
    await expect(readSecret('env:CANARY')).rejects.toMatchObject({ message: 'env:CANARY is not set' });
    process.env.CANARY = 'short';
    await expect(readSecret('env:CANARY')).rejects.toMatchObject({ message: 'env:CANARY has fewer than 8 characters' });
  });
});
