import type { Unit } from './measure.ts';
import type { Message } from './phrase.ts';
import { say } from './say.ts';

/** What a unit is called in a sentence. */
export const UNIT_NAMES: Readonly<Record<Unit, Message>> = {
  requests: say`requests`,
  packets: say`packets`,
  connections: say`connections`,
  queries: say`queries`,
  events: say`events`,
  bytes: say`bytes`,
  bits: say`bits`,
  'requests/s': say`requests per second`,
  'packets/s': say`packets per second`,
  'connections/s': say`connections per second`,
  'queries/s': say`queries per second`,
  'events/s': say`events per second`,
  'bits/s': say`bits per second`,
  ms: say`milliseconds`,
  share: say`share`,
  count: say`count`,
};
