import { withoutSecrets } from '../model/secrets.ts';

/**
 * Indented JSON without secrets in any text or key. Indicators are raw to whoever parses it, so that rules can be written
 * from them, but `${` is spelt with an escape: a ticket system or log that reads the bytes meets nothing that it would run.
 */
export function safeJson(value: unknown, indent: number): string {
  return `${JSON.stringify(clean(value), null, indent).replaceAll('${', '\\u0024{')}\n`;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  const names = new Set<string>();
  // Of keys that differ only in their secrets, each is kept.
  const nameOf = (key: string): string => {
    const name = withoutSecrets(key);
    let free = name;
    for (let n = 2; names.has(free); n += 1) free = `${name} (${n})`;
    names.add(free);
    return free;
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [nameOf(key), clean(inner)]));
}
