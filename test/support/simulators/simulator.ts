import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Buffer;
  json(): Record<string, unknown>;
  form(): Promise<FormData>;
}

export interface SimulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects become JSON. */
  readonly body?: object | string | Buffer;
}

/**
 * What goes wrong with one request: drop hangs up before anything was done; cut does it and hangs up without an answer; half
 * does it and hangs up in the middle of the answer; hang does it and never answers; drip does it and answers a byte at a time without end;
 * an answer is given instead of doing it, a function gives it at that moment.
 */
type SimulatedFault = 'drop' | 'cut' | 'half' | 'hang' | 'drip' | SimulatedAnswer | (() => SimulatedAnswer);

export interface Simulator {
  readonly url: string;
  /** `METHOD /path?query` of every request, in their order. */
  readonly requests: readonly string[];
  /** The next request that matches gets the fault; each serves once. */
  fail(pattern: RegExp, fault: SimulatedFault): void;
  close(): Promise<void>;
}

/** A server on loopback that keeps state like the real one as far as the rules go that its file cites, and fails on demand. */
export async function startSimulator(
  handle: (request: SimulatedRequest) => Promise<SimulatedAnswer> | SimulatedAnswer,
  port = 0,
): Promise<Simulator> {
  const requests: string[] = [];
  const faults: { readonly pattern: RegExp; readonly fault: SimulatedFault }[] = [];
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await toRequest(incoming);
    const line = `${request.method} ${incoming.url}`;
    requests.push(line);
    const index = faults.findIndex(({ pattern }) => pattern.test(line));
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === 'drop') return void incoming.socket.destroy();
    const instead = typeof fault === 'function' ? fault() : fault;
    const done = typeof instead === 'object' ? instead : await handle(request);
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === 'hang') return;
    if (fault === 'drip') {
      outgoing.writeHead(done.status, { 'content-type': 'application/json' });
      const dripping = setInterval(() => outgoing.write(' '), 20);
      return void outgoing.on('close', () => clearInterval(dripping));
    }
    const { body } = done;
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'object' ? JSON.stringify(body) : (body ?? ''));
    const type = Buffer.isBuffer(body)
      ? 'application/octet-stream'
      : typeof body === 'string'
        ? 'text/html'
        : 'application/json';
    outgoing.writeHead(done.status, { 'content-type': type, 'content-length': bytes.length, ...done.headers });
    if (fault !== 'half') return void outgoing.end(request.method === 'HEAD' ? undefined : bytes);
    outgoing.write(bytes.subarray(0, bytes.length / 2));
    setTimeout(() => incoming.socket.destroy(), 20);
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (pattern, fault) => faults.push({ pattern, fault }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function toRequest(incoming: IncomingMessage): Promise<SimulatedRequest> {
  const body = await buffer(incoming);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://simulator');
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers,
    body,
    json: () => {
      const value: unknown = JSON.parse(body.toString('utf8'));
      return value instanceof Object ? Object.fromEntries(Object.entries(value)) : {};
    },
    form: () =>
      new Response(new Uint8Array(body), { headers: { 'content-type': headers.get('content-type') ?? '' } }).formData(),
  };
}

export function isBasic(headers: Headers, user: string, secret: string): boolean {
  return headers.get('authorization') === `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}
