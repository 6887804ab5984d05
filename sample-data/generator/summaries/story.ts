/**
 * What happened to larkspur on Friday 20 November 2026, an examination morning in India. Times are epoch ms UTC. Nobody kept
 * logs of single requests; the case is known from summaries alone.
 */
export const SUMMARY_CASE = 'INC-4958';
const at = (clock: string) => Date.parse(`2026-11-20T${clock}Z`);
export const SUMMARY_WINDOW = { start: at('04:30:00'), end: at('06:00:00') } as const;

export const EXAM_HOST = 'exam.larkspur-learning.example';
/** Zone id as the API writes it; one of the ids in the customer's file. */
export const EXAM_ZONE_ID = '3f6ad2c04b9e4c1d8a75e0b6c92d18f7';
const EXAM_GATEWAY = '198.51.100.200';
const VIDEO_EDGE = '198.51.100.214';

/** Requests a minute. */
export const HTTP_WAVES = [
  { number: 1, start: at('05:02:00'), end: at('05:17:00'), perMinute: 1_180_000, firstLeak: 0.17, leak: 0.006 },
  { number: 2, start: at('05:31:00'), end: at('05:38:00'), perMinute: 760_000, firstLeak: 0.021, leak: 0.004 },
] as const;

/** Packets a second towards the data centre prefix; one row an attack id. */
export const PACKET_ATTACKS = [
  {
    id: '5c8e02f1-b3a7-4d60-8f94-2e61d07ac3b9',
    vector: 'UDP Flood',
    target: EXAM_GATEWAY,
    start: at('05:10:20'),
    end: at('05:14:40'),
    packetsPerSecond: 231_000,
    length: 1_052,
    leak: 0.008,
  },
  {
    id: 'f07d46ba-91ce-4283-a5be-70c8e93d125f',
    vector: 'UDP Flood',
    target: VIDEO_EDGE,
    start: at('05:11:05'),
    end: at('05:14:40'),
    packetsPerSecond: 84_000,
    length: 1_052,
    leak: 0.006,
  },
  {
    id: '83b1d5e9-4f20-4a7c-bd16-c95f02e7a840',
    vector: 'NTP Amplification',
    target: EXAM_GATEWAY,
    start: at('05:33:10'),
    end: at('05:35:50'),
    packetsPerSecond: 142_000,
    length: 468,
    leak: 0.004,
  },
] as const;

/** Pupils' requests a minute: a rush at the start of the paper (05:00 UTC is 10:30 in India), then work. */
export function pupilsPerMinute(t: number): number {
  const minutes = (t - at('05:00:00')) / 60_000;
  const rush = 9_800 * Math.exp(-(minutes * minutes) / 90);
  return 13_400 + rush + 120 * minutes;
}
