import { expect, test } from 'vitest';
import { mergeAttacks } from '../../../../src/ingest/documents/combine.ts';
import { fastnetmonReader } from '../../../../src/ingest/documents/fastnetmon.ts';
import { codesOf, openDocument, readDocument } from './read-document.ts';

const call = (action: string, details: object = {}) => ({
  ip: '198.51.100.7',
  action,
  attack_details: {
    attack_uuid: 'uuid-1',
    attack_severity: 'middle',
    attack_type: 'unknown',
    attack_direction: 'incoming',
    attack_protocol: 'udp',
    total_incoming_traffic: 15_253_590,
    total_incoming_pps: 282_473,
    ...details,
  },
  packet_dump: ['2026-11-17 13:33:05.376373 203.0.113.9:53 > 198.51.100.7:8842 protocol: udp size: 56386 bytes'],
});
const BANNED = Date.UTC(2026, 10, 17, 13, 33);
const LIFTED = Date.UTC(2026, 10, 17, 13, 48);
const read = (value: unknown, receivedAt?: number) =>
  readDocument(fastnetmonReader, openDocument(JSON.stringify(value), receivedAt === undefined ? {} : { receivedAt }));

test('traffic is stated in bytes a second and becomes bits by eight', async () => {
  const got = await read(call('ban'), BANNED);
  // 15,253,590 × 8
  expect(got.attacks).toEqual([
    {
      id: 'uuid-1',
      system: 'FastNetMon',
      layer: 'network',
      window: { start: BANNED },
      target: '198.51.100.7',
      transport: 'udp',
      peak: { bitsPerSecond: 122_028_720, packetsPerSecond: 282_473 },
      total: {},
      mitigation: 'ban',
      classification: 'severity middle',
      status: 'unknown',
      input: 'in1',
    },
  ]);
  expect(got.timeline).toEqual([
    expect.objectContaining({ at: BANNED, milestone: 'mitigation_started', visibility: 'internal' }),
  ]);
});

test('ban and unban of one attack are two messages about it, in two files', async () => {
  const ban = (await read(call('ban'), BANNED)).attacks;
  const unban = (await read(call('unban'), LIFTED)).attacks;
  expect(mergeAttacks([...ban, ...unban])).toEqual([
    expect.objectContaining({
      window: { start: BANNED, end: LIFTED },
      status: 'ended',
      peak: { bitsPerSecond: 122_028_720, packetsPerSecond: 282_473 },
    }),
  ]);
});

test('messages carry no time: without receivedAt, or with ban and unban in one file, the span is not known', async () => {
  const got = await read(call('ban'));
  expect(codesOf(got)).toEqual(['no-times']);
  expect(got.attacks[0]?.window).toEqual({});
  expect(got.timeline).toEqual([]);
  const both = await read([call('ban'), call('unban')], BANNED);
  expect(codesOf(both)).toEqual(['no-times']);
  expect(both.attacks).toEqual([expect.objectContaining({ window: {}, status: 'ended' })]);
});

test('outgoing traffic is said and is no attack on the customer', async () => {
  const got = await read(call('ban', { attack_direction: 'outgoing' }), BANNED);
  expect(got.attacks).toEqual([]);
  expect(codesOf(got)).toEqual(['not-an-attack']);
  expect(got.claims).toEqual([expect.objectContaining({ kind: 'address', value: '198.51.100.7' })]);
});

test('a call with nothing but zeros knows no rate', async () => {
  const got = await read(call('ban', { total_incoming_traffic: 0, total_incoming_pps: 0 }), BANNED);
  expect(got.attacks[0]?.peak).toEqual({});
});
