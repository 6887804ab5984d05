import { z } from 'zod';
import type { Layer } from '../model/traffic.ts';

/** Addresses that attacked in an earlier incident, as its report kept them. */
export interface PastSources {
  readonly layer: Layer;
  /** Different ones, in small letters; not all there were. */
  readonly addresses: readonly string[];
}

/** No report of ours keeps more of one layer. */
const MOST_ADDRESSES = 12_000;
const ADDRESS = /^[0-9a-f.:]{2,45}$/;

const pastSources = z.object({
  sources: z.literal(1),
  incidentId: z.string(),
  revision: z.number(),
  customer: z.object({ id: z.string() }),
  layers: z.array(z.object({ layer: z.string(), addresses: z.array(z.string()) })),
});

/** Reads the text of a sources.json that should be of this report of this customer. */
export function readPastSources(
  text: string,
  expected: { readonly customerId: string; readonly incidentId: string; readonly revision: number },
): { readonly sources: readonly PastSources[] } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  const checked = pastSources.safeParse(json);
  if (!checked.success)
    return {
      problem: `is not a list of sources of this tool (${checked.error.issues[0]?.path.join('.') ?? 'unknown shape'})`,
    };
  const { customer, incidentId, revision, layers } = checked.data;
  if (customer.id !== expected.customerId) return { problem: 'is not about this customer' };
  if (incidentId !== expected.incidentId || revision !== expected.revision)
    return { problem: 'is not of the report that its folder is named after' };
  return {
    sources: LAYERS.flatMap((layer): PastSources[] => {
      const own = layers.filter((one) => one.layer === layer).flatMap(({ addresses }) => addresses);
      const known = [...new Set(own.filter((address) => ADDRESS.test(address)))].slice(0, MOST_ADDRESSES);
      return known.length > 0 ? [{ layer, addresses: known }] : [];
    }),
  };
}

const LAYERS: readonly Layer[] = ['network', 'http'];
