import { expect, test } from 'vitest';
import { documentReaders } from '../../../../src/ingest/documents/documents.ts';
import { openDocument } from './read-document.ts';

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['cloudflare/graphql', '{"data": {"viewer": {"zones": []}}, "errors": null}'],
  ['cloudflare/graphql', '{"data": null, "errors": [{"message": "no access"}]}'],
  ['cloudflare/ddos-webhook', '{"alert_type": "advanced_ddos_attack_l7_alert", "ts": 1794922405, "data": {}}'],
  ['aws/shield', '{"Attack": {"AttackId": "a"}}'],
  ['aws/shield', '{"AttackSummaries": []}'],
  ['fastnetmon', '{"ip": "198.51.100.7", "action": "ban", "attack_details": {}}'],
  ['netscout/sightline', '{"data": [{"id": "1", "type": "alert", "attributes": {"alert_class": "dos"}}]}'],
  ['pagerduty', '{"incident": {"type": "incident", "id": "P1", "incident_number": 1}}'],
  ['pagerduty', '{"log_entries": [{"type": "trigger_log_entry"}]}'],
  ['pagerduty', '{"notes": [{"content": "x"}]}\n{"log_entries": []}'],
  ['statuspage', '{"page": {}, "incidents": [{"name": "x", "incident_updates": []}]}'],
  ['zendesk', '{"audits": [{"events": []}]}'],
  ['zendesk', '{"ticket": {"id": 1, "subject": "x", "requester_id": 2}}'],
  ['zendesk', '{"comments": [{"public": true}]}'],
  ['jira', '{"key": "SOC-1", "fields": {}}'],
  ['jira', '{"issues": [{"key": "SOC-1", "fields": {}}]}'],
  ['timeline/yaml', 'date: 2026-11-17\nentries:\n  - { at: 14:05, title: x }\n'],
  ['timeline/markdown', '| Time (UTC) | Event |\n|---|---|\n| 14:05 | x |\n'],
];

test.each(DOCUMENTS)('%s is recognised by its content, and by no other reader: %s', (id, text) => {
  expect(documentReaders.filter((reader) => reader.recognises(openDocument(text))).map((reader) => reader.id)).toEqual([
    id,
  ]);
});

test.each([
  ['a log record', '{"ClientIP": "203.0.113.5", "EdgeStartTimestamp": 1}'],
  ['flow records', '{"event_type": "flow", "src_ip": "203.0.113.5"}\n{"event_type": "flow"}'],
  ['an alert of another tool', '{"alert_title": "x", "alert_source": "y"}'],
  ['a chat', '[{"type": "message", "text": "x", "ts": "1794922405.1"}]'],
  ['prose', 'Nothing to see here.\n'],
  ['nothing', ''],
])('%s is recognised by none', (_name, text) => {
  expect(documentReaders.filter((reader) => reader.recognises(openDocument(text)))).toEqual([]);
});

test('every format has one name', () => {
  expect(new Set(documentReaders.map((reader) => reader.id)).size).toBe(documentReaders.length);
});
