import { describe, expect, test } from 'vitest';
import { ddosWebhookReader } from '../../../../src/ingest/documents/ddos-webhook.ts';
import { faultOf, openDocument, readDocument } from './read-document.ts';

const alert = (event: 'START' | 'END', rest: object = {}, data: object = {}) => ({
  account_id: 'acc-secret',
  alert_correlation_id: 'corr-1',
  alert_event: `ALERT_STATE_EVENT_${event}`,
  alert_type: 'advanced_ddos_attack_l4_alert',
  policy_name: 'Page the on-call',
  text: 'Go to https://dash.example/acc-secret',
  ts: 1_794_922_405,
  data: {
    attack_id: 'a1',
    attack_vector: 'SYN Flood',
    protocol: 'TCP',
    mitigation: 'drop',
    packets_per_second: 45_000,
    megabits_per_second: 120,
    start_time: '2026-11-17T13:33:05Z',
    target_ip: '198.51.100.7',
    target_port: 443,
    account_tag: 'acc-secret',
    dashboard_link: 'https://dash.example/acc-secret/analytics',
    ...data,
  },
  ...rest,
});
const read = (value: unknown, input = {}) =>
  readDocument(ddosWebhookReader, openDocument(JSON.stringify(value), input));
const SENT = 1_794_922_405_000;
const STARTED = Date.UTC(2026, 10, 17, 13, 33, 5);

describe('an alert about a network attack', () => {
  test('says when it was detected and raised, without account, policy or link', async () => {
    const got = await read(alert('START'));
    expect(
      got.timeline.map(({ at, milestone, title, visibility, actorKind }) => ({
        at,
        milestone,
        title,
        visibility,
        actorKind,
      })),
    ).toEqual([
      {
        at: STARTED,
        milestone: 'detected',
        title: 'Attack detected: SYN Flood against 198.51.100.7',
        visibility: 'customer',
        actorKind: 'automatic',
      },
      {
        at: SENT,
        milestone: 'alerted',
        title: 'DDoS alert raised: SYN Flood against 198.51.100.7',
        visibility: 'customer',
        actorKind: 'automatic',
      },
    ]);
    expect(JSON.stringify([got.timeline, got.attacks])).not.toMatch(/acc-secret|dash\.example|on-call/);
  });

  test('states a rate that is no peak', async () => {
    const got = await read(alert('START'));
    expect(got.attacks[0]?.peak).toEqual({});
    expect(got.attacks[0]?.total).toEqual({});
    expect(got.timeline[1]?.detail).toBe(
      'Rate when the alert was raised, not the peak: 45000 packets per second, 120 Mbps.',
    );
  });

  test('without its end is neither over nor still running', async () => {
    const got = await read(alert('START'));
    expect(got.attacks).toEqual([
      expect.objectContaining({
        id: 'a1',
        status: 'unknown',
        window: { start: STARTED },
        target: '198.51.100.7',
        destinationPort: 443,
        transport: 'tcp',
      }),
    ]);
  });

  test('is paired with its end by the correlation id, whatever their order', async () => {
    const end = alert('END', { ts: 1_794_923_005 });
    for (const messages of [
      [alert('START'), end],
      [end, alert('START')],
    ]) {
      const got = await read(messages);
      expect(got.attacks).toEqual([
        expect.objectContaining({ status: 'ended', window: { start: STARTED, end: 1_794_923_005_000 } }),
      ]);
    }
  });

  test('of another correlation id is another attack', async () => {
    const got = await read([alert('START'), alert('START', { alert_correlation_id: 'corr-2' }, { attack_id: 'a2' })]);
    expect(got.attacks.map((attack) => attack.id)).toEqual(['a1', 'a2']);
  });

  test('claims its target, or the account where it names none', async () => {
    expect((await read(alert('START'))).claims).toEqual([
      expect.objectContaining({ kind: 'address', value: '198.51.100.7' }),
    ]);
    const bare = alert('START', {}, { target_ip: undefined });
    expect((await read(bare)).claims).toEqual([expect.objectContaining({ kind: 'account', value: 'acc-secret' })]);
  });

  test('with missing keys still has its time', async () => {
    const got = await read({ alert_type: 'dos_attack_l4', ts: 1_794_922_405 });
    expect(got.timeline).toEqual([
      expect.objectContaining({ at: SENT, milestone: 'alerted', title: 'DDoS alert raised: DDoS attack' }),
    ]);
    expect(await faultOf(ddosWebhookReader, openDocument('{"alert_type": "dos_attack_l4"}'))).toContain(
      'the alert has no time',
    );
  });
});

test('an alert about an HTTP attack names the host, and several may stand one a line', async () => {
  const http = {
    alert_type: 'advanced_ddos_attack_l7_alert',
    ts: 1_794_922_405,
    alert_correlation_id: 'c7',
    data: {
      attack_type: 'HTTP flood',
      target_hostname: 'Shop.Example.com',
      zone_name: 'example.com',
      requests_per_second: 90_000,
    },
  };
  const text = `${JSON.stringify(http)}\n${JSON.stringify({ ...http, alert_correlation_id: 'c8' })}\n`;
  const document = openDocument(text);
  expect(ddosWebhookReader.recognises(document)).toBe(true);
  const got = await readDocument(ddosWebhookReader, document);
  expect(got.attacks.map(({ id, layer, target }) => ({ id, layer, target }))).toEqual([
    { id: 'c7', layer: 'http', target: 'shop.example.com' },
    { id: 'c8', layer: 'http', target: 'shop.example.com' },
  ]);
  expect(got.claims).toEqual([{ kind: 'host', value: 'shop.example.com', inputId: 'in1', line: 1 }]);
});

test('a notification about something else is not recognised', () => {
  expect(ddosWebhookReader.recognises(openDocument('{"alert_type": "universal_ssl_event_type", "ts": 1}'))).toBe(false);
  expect(ddosWebhookReader.recognises(openDocument('[]'))).toBe(false);
});
