import { expect, test } from 'vitest';
import { sightlineReader } from '../../../../src/ingest/documents/sightline.ts';
import { codesOf, faultOf, openDocument, readDocument } from './read-document.ts';

const alert = (id: string, attributes: object = {}, subobject: object = {}) => ({
  id,
  type: 'alert',
  attributes: {
    alert_class: 'dos',
    alert_type: 'dos_host_detection',
    classification: 'Possible Attack',
    importance: 2,
    ongoing: false,
    start_time: '2026-11-17T13:33:05+00:00',
    stop_time: '2026-11-17T13:43:05+00:00',
    subobject: {
      direction: 'Incoming',
      host_address: '198.51.100.7',
      impact_bps: 1_072_000,
      impact_pps: 300,
      misuse_types: ['UDP', 'DNS Amplification'],
      ...subobject,
    },
    ...attributes,
  },
});
const read = (value: unknown) => readDocument(sightlineReader, openDocument(JSON.stringify(value, null, 1)));

test('alerts about attacks are attacks in the words of the source, others are left out and counted', async () => {
  const got = await read({
    data: [
      alert('2428'),
      {
        id: '1',
        type: 'alert',
        attributes: {
          alert_class: 'data',
          alert_type: 'flow_down',
          ongoing: true,
          start_time: '2026-11-17T13:00:00+00:00',
        },
      },
    ],
    meta: { api: 'SP' },
  });
  expect(got.attacks).toEqual([
    {
      id: '2428',
      system: 'NETSCOUT Sightline',
      layer: 'network',
      vector: 'UDP, DNS Amplification',
      window: { start: Date.UTC(2026, 10, 17, 13, 33, 5), end: Date.UTC(2026, 10, 17, 13, 43, 5) },
      target: '198.51.100.7',
      peak: { bitsPerSecond: 1_072_000, packetsPerSecond: 300 },
      total: {},
      classification: 'Possible Attack',
      status: 'ended',
      input: 'in1',
    },
  ]);
  expect(codesOf(got)).toEqual(['left-out']);
});

test('an alert that goes on has no end, and further pages are said', async () => {
  const got = await read({
    data: alert('9', { ongoing: true, stop_time: undefined }),
    links: { next: 'https://sightline.example/api/sp/alerts?page=2' },
  });
  expect(got.attacks[0]).toMatchObject({ status: 'ongoing', window: { start: Date.UTC(2026, 10, 17, 13, 33, 5) } });
  expect(codesOf(got)).toEqual(['ongoing', 'possibly-truncated']);
});

test('an outgoing alert is no attack on the customer', async () => {
  const got = await read({ data: [alert('9', {}, { direction: 'Outgoing' })] });
  expect(got.attacks).toEqual([]);
  expect(codesOf(got)).toEqual(['not-an-attack']);
});

test('notes of analysts are internal and without their authors', async () => {
  const got = await read({
    data: [alert('9')],
    included: [
      {
        type: 'alert_annotation',
        attributes: { added: '2026-11-17T13:40:00+00:00', author: 'jdoe', text: 'Upstream filter asked for' },
      },
    ],
  });
  expect(got.timeline).toEqual([
    expect.objectContaining({ detail: 'Upstream filter asked for', visibility: 'internal', milestone: 'note' }),
  ]);
  expect(JSON.stringify(got)).not.toContain('jdoe');
});

test('a time without a zone is told with its place', async () => {
  const message = await faultOf(
    sightlineReader,
    openDocument(JSON.stringify({ data: [alert('9', { start_time: '2026-11-17 13:33' })] }, null, 1)),
  );
  expect(message).toMatch(/:\d+: data\[0\]\.attributes\.start_time: "2026-11-17 13:33" is not a time with a zone/);
});
