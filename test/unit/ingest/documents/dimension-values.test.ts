import { expect, test } from 'vitest';
import { toDimensionValue } from '../../../../src/ingest/documents/dimension-values.ts';
import type { Dimension } from '../../../../src/model/dimension.ts';

test.each<[Dimension, unknown, string | undefined]>([
  ['source_ip', '2001:DB8:0:0::1', '2001:db8::1'],
  ['source_ip', 'shop', undefined],
  ['source_asn', 64_500, '64500'],
  ['source_country', 'us', 'US'],
  ['source_country', 'XX', undefined],
  ['destination_port', 0, undefined],
  ['tcp_flags', 18, 'SYN ACK'],
  ['tcp_flags', '2', 'SYN'],
  ['tcp_flags', 0, undefined],
  ['tcp_flags', 'ACK', 'ACK'],
  ['mitigation_system', 'dosd', 'ddos-managed'],
  ['mitigation_system', 'something new', 'other'],
  ['host', 'Shop.Example.COM.', 'shop.example.com'],
  ['status', 0, undefined],
  ['status', 503, '503'],
  ['method', 'get', 'GET'],
  ['path', '/Search?q', '/Search?q'],
  ['user_agent', '-', undefined],
])('%s %j is %j', (dimension, value, expected) => {
  expect(toDimensionValue(dimension, value)).toBe(expected);
});
