/** An address or a prefix as written, checked. */
export interface Network {
  readonly family: 4 | 6;
  readonly text: string;
  readonly bits: number;
}

/** A single address, or an address range in CIDR notation without host bits. Undefined for everything else. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const v4 = readIpv4(address);
  const value = v4 ?? readIpv6(address);
  if (value === undefined) return undefined;
  const family = v4 === undefined ? 6 : 4;
  const size = family === 4 ? 32 : 128;
  if (length === undefined) return { family, text, bits: size };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const bits = Number(length);
  if (bits > size) return undefined;
  const host = (1n << BigInt(size - bits)) - 1n;
  return (value & host) === 0n ? { family, text, bits } : undefined;
}

function readIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** Without a zone and without an embedded IPv4 address, as logs write them. */
function readIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string) => (half === '' ? [] : half.split(':'));
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array.from({ length: missing }, () => '0'), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}
