import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { flowspec } from '../../src/insight/rules/flowspec.ts';
import { iptables } from '../../src/insight/rules/iptables.ts';
import type { RuleLanguage, RuleText } from '../../src/insight/rules/language.ts';
import { nftables } from '../../src/insight/rules/nftables.ts';
import { networkCase } from '../support/rule-cases.ts';

// The tools that will read the rules, where they are installed (Debian: nftables, iptables, exabgp). They only check.

const folder = mkdtempSync(join(tmpdir(), 'debrief-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rules of many shapes, the same in every run, split by address family where a file may have only one. */
function rulesOf(language: RuleLanguage): { readonly texts: RuleText[]; readonly is6: boolean }[] {
  const both = { four: [] as RuleText[], six: [] as RuleText[] };
  for (const [index, { conditions }] of fc.sample(networkCase, { numRuns: 400, seed: 4821 }).entries()) {
    const rendering = language.render({ name: `INC-48.2_1-S${index + 1}`, conditions });
    if ('refusals' in rendering) continue;
    const isSix = conditions.some(({ value }) => String(value).includes(':'));
    both[isSix ? 'six' : 'four'].push(rendering);
  }
  return [
    { texts: both.four, is6: false },
    { texts: both.six, is6: true },
  ];
}

function check(
  language: RuleLanguage,
  skip: (note: string) => void,
  commandOf: (is6: boolean, file: string) => readonly string[],
  wrap = (text: string) => text,
) {
  for (const variant of ['watch', 'enforce'] as const)
    for (const { texts, is6 } of rulesOf(language)) {
      expect(texts.length).toBeGreaterThan(20);
      const file = join(folder, `${language.id}-${variant}-${is6 ? 6 : 4}`);
      const body = [...language.before, ...texts.flatMap((text) => text[variant]), ...language.after].join('\n');
      writeFileSync(file, `${wrap(body)}\n`);
      const [command = '', ...args] = commandOf(is6, file);
      const run = spawnSync(command, args, { encoding: 'utf8' });
      if (run.error && 'code' in run.error && run.error.code === 'ENOENT')
        return skip(`${command} is not installed: these rules were read back by our own reader alone`);
      expect({ status: run.status, said: run.status === 0 ? '' : `${run.stdout}${run.stderr}`.slice(-2_000) }).toEqual({
        status: 0,
        said: '',
      });
    }
}

describe('the tools that load the rules', () => {
  it('nft takes every rule', ({ skip }) => check(nftables, skip, (_, file) => ['nft', '-c', '-f', file]));

  it('iptables-restore and ip6tables-restore take every rule', ({ skip }) =>
    check(iptables, skip, (is6, file) => [
      is6 ? 'ip6tables-restore' : 'iptables-restore',
      '--test',
      '--noflush',
      file,
    ]));

  it('exabgp takes every route', ({ skip }) =>
    check(
      flowspec,
      skip,
      (_, file) => ['exabgp', '--test', file],
      (text) =>
        `neighbor 192.0.2.1 {\n  router-id 192.0.2.2;\n  local-address 192.0.2.2;\n  local-as 64500;\n  peer-as 64501;\n  family { ipv4 flow; ipv6 flow; }\n${text}\n}`,
    ));
});
