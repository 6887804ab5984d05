import { describe, expect, it } from 'vitest';
import type { CustomerFile } from '../../../src/config/config.ts';
import { customerSchema } from '../../../src/config/schema.ts';
import { findStranger } from '../../../src/deliver/guard/binding.ts';
import { findForeignMarkers } from '../../../src/deliver/guard/foreign-markers.ts';

describe('whose a ticket is', () => {
  const facts = { queue: ['vip-reports'], requestors: ['NOC@acme-outdoor.example'] };

  it('must be said by every field of the binding', () => {
    expect(findStranger(facts, { queue: ['vip-reports'], requestors: ['@acme-outdoor.example'] })).toBeUndefined();
    expect(findStranger(facts, { queue: ['general'] })).toBe('the queue of the ticket is vip-reports, not general');
    expect(findStranger({ queue: ['vip-reports'] }, { requestors: ['@acme-outdoor.example'] })).toBe(
      'the ticket has no requestors',
    );
    expect(findStranger(facts, {})).toBeDefined();
  });

  it('is not the customer’s when anybody else would read along', () => {
    const both = { requestors: ['noc@acme-outdoor.example', 'it@larkspur-learning.example'] };
    expect(findStranger(both, { requestors: ['@acme-outdoor.example'] })).toContain('it@larkspur-learning.example');
  });

  it('takes no longer domain for the customer’s', () => {
    for (const address of [
      'noc@evil-acme-outdoor.example',
      'noc@acme-outdoor.example.evil.example',
      '@acme-outdoor.example',
    ])
      expect(findStranger({ requestors: [address] }, { requestors: ['@acme-outdoor.example'] })).toBeDefined();
  });
});

describe('markers of other customers', () => {
  const customer = (id: string, name: string, rest: object = {}): CustomerFile =>
    customerSchema.parse({ id, name, ...rest });
  const own = customer('acme', 'Acme Outdoor GmbH', { zones: ['acme-outdoor.example'], prefixes: ['192.0.2.240/28'] });
  const other = customer('larkspur', 'Larkspur Learning', {
    zones: ['larkspur.example'],
    hosts: ['exam.example'],
    prefixes: ['198.51.100.192/26', '2001:db8:51::/48'],
    accounts: ['d94b1e07a6c3428f', '1234'],
  });
  const search = (text: string, file = 'report.html', others = [other]) =>
    findForeignMarkers({ files: new Map([[file, Buffer.from(text)]]), own, others, foreignLogos: [] }).map(
      ({ marker }) => marker,
    );

  it.each([
    ['a name, whatever its case and spacing', 'For LARKSPUR\n  learning only', 'larkspur learning'],
    ['a name between tags and entities', '<b>Larkspur</b>&nbsp;Learning', 'larkspur learning'],
    ['a host below a zone, defanged', 'hxxps://www[.]larkspur[.]example/login', 'larkspur.example'],
    ['a host', 'Host: exam.example', 'exam.example'],
    ['an account', '"account":"d94b1e07a6c3428f"', 'd94b1e07a6c3428f'],
    ['an address inside a prefix', '198[.]51[.]100[.]200', '198.51.100.200'],
    ['an IPv6 address, however it is written', 'from 2001:DB8:0051:0000::7 on', '2001:db8:51::7'],
  ])('are found: %s', (_what, text, marker) => {
    expect(search(text)).toEqual([marker]);
  });

  it('are not seen in other words, names, numbers and pictures', () => {
    expect(
      search(
        'mylarkspur.example larkspur.example-not-that 198.51.100.191 1198.51.100.200 order 1234 at 12:34:56 data:font/woff2;base64,bGFya3NwdXI',
      ),
    ).toEqual([]);
  });

  it('do not lie in the customer’s own names', () => {
    expect(
      search('Acme Outdoor GmbH at www.acme-outdoor.example', 'summary.md', [
        customer('acme2', 'Acme', { hosts: ['example'] }),
      ]),
    ).toEqual([]);
    expect(search('Acme at home', 'summary.md', [customer('acme2', 'Acme')])).toEqual(['acme']);
  });

  it('are found as the logo of another brand', () => {
    const files = new Map([['report.html', Buffer.from('<img src="data:image/png;base64,AAAA">')]]);
    const foreignLogos = [{ of: 'brand meridian', logo: 'data:image/png;base64,AAAA' }];
    expect(findForeignMarkers({ files, own, others: [], foreignLogos })).toMatchObject([
      { customer: 'brand meridian' },
    ]);
  });
});
