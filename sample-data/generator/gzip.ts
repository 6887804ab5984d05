import { gzipSync } from 'node:zlib';

/**
 * One gzip file of several members, as a bucket holds it when a pusher appends batch after batch. Readers must read all
 * members. No time and no name in the header: the same text gives the same bytes on the same build of zlib (another
 * processor or Node may compress differently, so files are compared by content).
 */
export function gzipMembers(members: readonly string[]): Buffer {
  return Buffer.concat(members.map((member) => gzipSync(member, { level: 9 })));
}
