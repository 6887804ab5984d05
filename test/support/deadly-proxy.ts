import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * When a process dies around one of its requests: before the other side saw it, after it acted and before its answer arrived,
 * or right after the answer. `silent` kills nobody: the other side acts and its answer is cut off.
 */
const DEATHS = ['before', 'unanswered', 'answered', 'silent'] as const;
export type Death = (typeof DEATHS)[number];

/** A request that only looks leaves nothing behind: one death in it is as good as four. */
export function deathsOf(method: string): readonly Death[] {
  return method === 'GET' || method === 'HEAD' ? ['unanswered'] : DEATHS;
}

export interface DeadlyProxy {
  readonly url: string;
  /** Methods of the requests since the last call of `arm`. */
  methods(): readonly string[];
  /** Counts anew; with the n-th request (from 1) `strike` is called at the moment of that death. */
  arm(at: number, death: Death, strike: () => void): void;
  close(): Promise<void>;
}

/** Stands between a process and a server, and kills the process around a chosen request. */
export async function startDeadlyProxy(target: string): Promise<DeadlyProxy> {
  const { hostname, port } = new URL(target);
  let seen: string[] = [];
  let plan: { readonly at: number; readonly death: Death; readonly strike: () => void } | undefined;
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming.method ?? '');
    const fate = plan?.at === seen.length ? plan : undefined;
    const die = () => {
      fate?.strike();
      incoming.socket.destroy();
    };
    (async () => {
      const body = await buffer(incoming);
      if (fate?.death === 'before') return die();
      const upstream = forward({
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, connection: 'close' },
      });
      upstream.on('error', () => incoming.socket.destroy());
      upstream.on('response', (response) => {
        (async () => {
          const answer = await buffer(response); // it has acted
          if (fate?.death === 'unanswered' || fate?.death === 'silent') return die();
          const headers = { ...response.headers, 'content-length': String(answer.length) };
          delete headers['transfer-encoding'];
          outgoing.writeHead(response.statusCode ?? 502, headers);
          outgoing.end(answer, () => fate && setTimeout(die, 5));
        })().catch(() => incoming.socket.destroy());
      });
      upstream.end(body);
    })().catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    methods: () => [...seen],
    arm: (at, death, strike) => {
      seen = [];
      plan = { at, death, strike };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
