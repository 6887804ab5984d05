import type { z } from 'zod';
import { isLoopback } from '../../config/config.ts';
import { withoutSecrets } from '../../model/secrets.ts';
import { DeliveryFault } from '../fault.ts';
import { askedPause, type Pace, pauseAfter } from './pace.ts';

/**
 * What repeating a call would do: nothing (`look`), nothing that anybody sees (`prepare`: an upload that is used by a later
 * call), or show twice what should be there once (`act`).
 */
export type CallEffect = 'look' | 'prepare' | 'act';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'HEAD';
  /** Below the base address, with its query; or a whole address where the system hands one out. */
  readonly path: string;
  readonly effect: CallEffect;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: CallBody;
  /** A download that a system may hand to a host of its storage: followed there, without credentials. */
  readonly isDownload?: boolean;
  /** Other statuses that mean success besides 200 to 299. */
  readonly alsoFine?: readonly number[];
}

type CallBody =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array; readonly type: string }
  /** Parts in order; a text is a field. */
  | {
      readonly form: readonly (readonly [
        string,
        string | { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
      ])[];
    };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The body as text. */
  text(): string;
  /** The body, checked. A page of HTML, a login form say, is no answer. @throws DeliveryFault `unexpected-answer` */
  json<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

/** Judges an answer that was not fine; `undefined` leaves it to the general rules. */
type Judge = (status: number, text: string) => DeliveryFault | undefined;

export interface HttpClient {
  send(call: Call): Promise<Answer>;
}

/** What all calls of one run share. */
export interface Connection {
  readonly now: () => number;
  /** Waits; rejects when the run is cancelled. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly debug: (message: string) => void;
  /** Called right before every call: throws when this process may not act any more. */
  readonly mayAct: (call: { readonly effect: CallEffect }) => void;
  /** Epoch ms after which nothing more is waited for. */
  readonly deadline: number;
  readonly pace: Pace;
}

export interface HttpOptions {
  readonly base: string;
  /** Headers that carry the credentials, read anew each time: a secret may have been changed meanwhile. */
  readonly authorise: (call: Call, body: Uint8Array | undefined) => Promise<Readonly<Record<string, string>>>;
  readonly judge?: Judge;
  readonly connection: Connection;
}

const MOST_TRIES = 8;
const MOST_REDIRECTS = 3;
/** Longest answer: an attachment that is read back. */
const LARGEST_ANSWER = 512 * 1024 * 1024;
/** A call may take this long, and longer the more it sends. */
const CALL_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 50;

/** Nothing was sent yet: trying again cannot do anything twice. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'UND_ERR_CONNECT_TIMEOUT']);
const BAD_CERTIFICATE = /^(?:CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/**
 * Speaks HTTP with one system: credentials, time-outs, pace, and tries again what may be tried again. A call that acts is
 * never repeated after it may have been heard; it ends as `uncertain`, and the caller looks.
 */
export function openHttp(options: HttpOptions): HttpClient {
  const { connection } = options;
  const origin = new URL(options.base).origin;
  refuseInsecure(options.base);

  const send = async (call: Call): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(call);
      } catch (error) {
        if (!(error instanceof DeliveryFault) || !mayTryAgain(call, error)) throw error;
        const pause = error.retryAfterMs ?? pauseAfter(tries, connection.random);
        if (tries >= MOST_TRIES || connection.now() + pause > connection.deadline)
          throw error.outcome === 'later' && error.retryAfterMs === undefined
            ? new DeliveryFault('later', error.reason, error.message, { retryAfterMs: pause, cause: error })
            : error;
        connection.debug(`${describeCall(call)}: ${error.message}; again in ${Math.ceil(pause / 1000)} s`);
        if (error.reason === 'rate-limited') connection.pace.closeUntil(connection.now() + pause);
        await connection.sleep(pause);
      }
    }
  };

  const once = async (call: Call): Promise<Answer> => {
    const answer = await exchange(call);
    // A secret that was changed while we ran: the new one is read, once.
    return answer.status === 401 ? finish(call, await exchange(call)) : finish(call, answer);
  };

  const exchange = async (call: Call): Promise<Answer> => {
    const wait = connection.pace.take(connection.now());
    if (wait > 0) await connection.sleep(wait);
    const body = encode(call.body);
    let url = new URL(/^https?:\/\//.test(call.path) ? call.path : options.base + call.path);
    for (let hops = 0; ; hops++) {
      const credentials = url.origin === origin ? await options.authorise(call, body?.signed) : {};
      const answer = await fetchOnce(call, url, credentials, body);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || answer.status === 304 || location === null) return answer;
      const next = new URL(location, url);
      const mayFollow =
        call.isDownload === true ? next.protocol === 'https:' || isLoopback(next.hostname) : next.origin === url.origin;
      if (!mayFollow || call.effect !== 'look' || hops >= MOST_REDIRECTS)
        throw new DeliveryFault(
          'rejected',
          'redirected',
          `${describeCall(call)} was redirected to ${next.origin}${next.pathname}; credentials and reports follow no redirect`,
        );
      url = next;
    }
  };

  const fetchOnce = async (
    call: Call,
    url: URL,
    credentials: Readonly<Record<string, string>>,
    body: Encoded | undefined,
  ): Promise<Answer> => {
    const time = CALL_MS + Math.ceil((body?.length ?? 0) / SLOWEST_BYTES_PER_MS);
    const timer = AbortSignal.timeout(time);
    connection.mayAct(call);
    try {
      const response = await fetch(url, {
        method: call.method,
        headers: {
          accept: 'application/json',
          'user-agent': 'attack-debrief',
          ...call.headers,
          ...body?.headers,
          ...credentials,
        },
        ...(body && { body: body.body() }),
        redirect: 'manual',
        signal: AbortSignal.any([connection.signal, timer]),
      });
      return toAnswer(call, response, await readAll(response));
    } catch (error) {
      if (error instanceof DeliveryFault) throw error;
      throw faultOfFetch(call, error, timer.aborted ? time : undefined);
    }
  };

  const finish = (call: Call, answer: Answer): Answer => {
    const { status } = answer;
    connection.debug(`${describeCall(call)} → ${status}`);
    if ((status >= 200 && status < 300) || call.alsoFine?.includes(status)) {
      const isPage =
        answer.headers.get('content-type')?.startsWith('text/html') && /^\s*<(?:!doctype|html)/i.test(answer.text());
      if (call.effect === 'look' || !isPage) return answer;
      // A proxy or a form to log in answered, with success, instead of the system.
      throw new DeliveryFault('uncertain', 'unexpected-answer', `${describeCall(call)} → ${status}: a page of HTML`);
    }
    const text = answer.text();
    throw options.judge?.(status, text) ?? judgeGenerally(call, answer, text, connection.now());
  };

  return { send };
}

/** TLS is verified unless the environment of Node switched that off, and then nothing but this machine is spoken to. */
function refuseInsecure(base: string): void {
  const { hostname } = new URL(base);
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0' || isLoopback(hostname)) return;
  throw new DeliveryFault(
    'rejected',
    'insecure',
    `NODE_TLS_REJECT_UNAUTHORIZED=0 is set, so ${hostname} could be anybody; unset it, or add its authority with NODE_EXTRA_CA_CERTS`,
  );
}

function mayTryAgain(call: Call, fault: DeliveryFault): boolean {
  return fault.outcome === 'later' || (fault.outcome === 'uncertain' && call.effect !== 'act');
}

/** What statuses mean where a system does not say otherwise. */
function judgeGenerally(call: Call, answer: Answer, text: string, now: number): DeliveryFault {
  const { status, headers } = answer;
  const said = `${describeCall(call)} → ${status}${snippet(text)}`;
  const retryAfterMs = askedPause(headers, now);
  if (status === 401) return new DeliveryFault('rejected', 'not-authorised', said, { opensCircuit: true });
  if (status === 403)
    return new DeliveryFault('rejected', 'not-authorised', said, { opensCircuit: call.effect === 'look' });
  if (status === 404 || status === 410) return new DeliveryFault('rejected', 'not-found', said);
  if (status === 413) return new DeliveryFault('rejected', 'too-large', said);
  if (status === 429) return new DeliveryFault('later', 'rate-limited', said, { retryAfterMs });
  if (status === 408 || status >= 500) return new DeliveryFault('uncertain', 'no-answer', said, { retryAfterMs });
  return new DeliveryFault('rejected', 'refused', said);
}

function faultOfFetch(call: Call, error: unknown, timedOutAfter: number | undefined): DeliveryFault {
  const about = describeCall(call);
  if (timedOutAfter !== undefined)
    return new DeliveryFault(
      'uncertain',
      'no-answer',
      `${about}: no answer within ${Math.round(timedOutAfter / 1000)} s`,
      { cause: error },
    );
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = `${about}: ${withoutSecrets(cause instanceof Error ? cause.message : String(cause))}${code === '' ? '' : ` (${code})`}`;
  if (NEVER_LEFT.has(code)) return new DeliveryFault('later', 'unreachable', message, { cause: error });
  if (BAD_CERTIFICATE.test(code)) return new DeliveryFault('rejected', 'insecure', message, { cause: error });
  return new DeliveryFault('uncertain', 'no-answer', message, { cause: error });
}

function toAnswer(call: Call, response: Response, bytes: Uint8Array): Answer {
  const text = () => new TextDecoder().decode(bytes);
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    json: (schema) => {
      const unexpected = (problem: string) =>
        new DeliveryFault(
          'uncertain',
          'unexpected-answer',
          `${describeCall(call)} → ${response.status}: ${problem}${snippet(text())}`,
        );
      let value: unknown;
      try {
        value = JSON.parse(text());
      } catch {
        throw unexpected('expected JSON');
      }
      const read = schema.safeParse(value);
      if (!read.success)
        throw unexpected(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
      return read.data;
    },
  };
}

async function readAll(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > LARGEST_ANSWER)
      throw new DeliveryFault('uncertain', 'unexpected-answer', 'the answer is longer than any attachment');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

interface Encoded {
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
  /** The very bytes, where a signature needs them. */
  readonly signed?: Uint8Array;
  /** Made anew for each try. */
  body(): Uint8Array | FormData;
}

function encode(body: CallBody | undefined): Encoded | undefined {
  if (body === undefined) return undefined;
  if ('form' in body) {
    const length = body.form.reduce(
      (sum, [, part]) => sum + (typeof part === 'string' ? part.length : part.bytes.byteLength),
      0,
    );
    return { headers: {}, length, body: () => toForm(body.form) };
  }
  const bytes = 'json' in body ? new TextEncoder().encode(JSON.stringify(body.json)) : body.bytes;
  const type = 'json' in body ? 'application/json' : body.type;
  return { headers: { 'content-type': type }, length: bytes.byteLength, signed: bytes, body: () => bytes };
}

function toForm(parts: Extract<CallBody, { form: unknown }>['form']): FormData {
  const form = new FormData();
  for (const [name, part] of parts)
    if (typeof part === 'string') form.append(name, part);
    else form.append(name, new Blob([new Uint8Array(part.bytes)], { type: part.type }), part.name);
  return form;
}

/** `POST /uploads.json?filename=…`: no host, no header, no body, nothing secret. */
export function describeCall(call: Pick<Call, 'method' | 'path'>): string {
  return withoutSecrets(`${call.method} ${call.path.replace(/^(https?:\/\/[^?]*)\?.*$/, '$1')}`);
}

function snippet(text: string): string {
  const plain = withoutSecrets(
    text
      .replaceAll(/<[^>]{0,500}>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
  return plain === '' ? '' : ` “${plain.length > 200 ? `${plain.slice(0, 200)}…` : plain}”`;
}
