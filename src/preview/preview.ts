import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, watch } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, sep } from 'node:path';
import { findWorkspace } from '../config/config.ts';
import { formatPlace, ReportError } from '../errors.ts';
import type { GenerateEffects } from '../stages.ts';
import { createDrafts, type DraftsRequest, type Look } from './drafts.ts';

export interface PreviewRequest extends DraftsRequest {
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Preview {
  /** Opens the page; holds a secret of this run. */
  readonly url: string;
  /** Resolves when the signal of the effects has ended it and everything is closed. */
  readonly closed: Promise<void>;
}

/** An editor writes a file in several steps. */
const QUIET_MS = 200;
/** Folders of a workspace that change without anybody's editing. */
const NOT_WATCHED = new Set(['reports', 'archive', '.debrief', '.git', 'node_modules']);
const AUDIENCES = ['executive', 'technical', 'regulator'] as const;
const PAPERS = ['A4', 'Letter'] as const;

const PAGE = readFileSync(new URL('../../templates/preview.html', import.meta.url), 'utf8');
const [, SCRIPT = ''] = /<script>(.*?)<\/script>/su.exec(PAGE) ?? [];
const PAGE_POLICY = `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'`;

/**
 * A page on this machine alone that shows a case as it is and changes when a file of the workspace does. Every address begins
 * with a secret, and only this machine's own name is answered, so no page of the web can read a customer's report here.
 * @throws ReportError `usage` when the port is taken.
 */
export async function openPreview(request: PreviewRequest, effects: GenerateEffects): Promise<Preview> {
  const drafts = createDrafts(request, effects);
  const workspaceDir = request.workspaceDir ?? (await findWorkspace(dirname(request.caseFile)));
  const listeners = new Set<ServerResponse>();
  const secret = randomBytes(16).toString('hex');

  // The page asks whether a document can be made, and then shows it: made once for both, until something changes.
  const made = new Map<string, Promise<string | Uint8Array>>();
  const once = (key: string, make: () => Promise<string | Uint8Array>): Promise<string | Uint8Array> => {
    const known = made.get(key);
    if (known) return known;
    const making = make();
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (!(error instanceof ReportError)) effects.log.error(String(error));
      send(response, error instanceof ReportError ? 422 : 500, 'application/json', JSON.stringify(faultOf(error)));
    });
  });

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { port } = addressOf(server);
    const url = new URL(incoming.url ?? '/', `http://127.0.0.1:${port}`);
    const isOurs = [`127.0.0.1:${port}`, `localhost:${port}`].includes(incoming.headers.host ?? '');
    if (!isOurs || !url.pathname.startsWith(`/${secret}/`)) return send(response, 404, 'text/plain', 'Not found');
    if (incoming.method !== 'GET') return send(response, 405, 'text/plain', 'Only GET');
    const look = lookOf(url.searchParams);
    switch (url.pathname.slice(secret.length + 2)) {
      case '':
        response.setHeader('Content-Security-Policy', PAGE_POLICY);
        return send(response, 200, 'text/html', PAGE);
      case 'choices':
        return send(response, 200, 'application/json', JSON.stringify(await drafts.choices()));
      case 'report.html': {
        const html = await once(url.search, () => drafts.screen(look));
        return send(response, 200, 'text/html', inTheme(String(html), url.searchParams.get('theme')));
      }
      case 'report.pdf':
        return send(response, 200, 'application/pdf', await once(`${url.search} on paper`, () => drafts.paper(look)));
      case 'changes':
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        response.write(': listening\n\n');
        listeners.add(response);
        response.on('close', () => listeners.delete(response));
        return;
      default:
        return send(response, 404, 'text/plain', 'Not found');
    }
  };

  await new Promise<void>((ready, failed) => {
    server.once('error', (cause) =>
      failed(new ReportError('usage', `port ${request.port} cannot be used: ${cause.message}`, { cause })),
    );
    server.listen(request.port, '127.0.0.1', ready);
  });

  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(workspaceDir, { recursive: true }, (_event, name) => {
    const [top = ''] = (name ?? '').split(sep);
    if (NOT_WATCHED.has(top)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      effects.log.debug(`${name} changed`);
      made.clear();
      for (const listener of listeners) listener.write('data: changed\n\n');
    }, QUIET_MS);
  });

  const closed = new Promise<void>((done) => {
    const close = () => {
      clearTimeout(timer);
      watcher.close();
      server.close(() => done());
      server.closeAllConnections();
    };
    if (effects.signal.aborted) close();
    else effects.signal.addEventListener('abort', close, { once: true });
  });
  return { url: `http://127.0.0.1:${addressOf(server).port}/${secret}/`, closed };
}

function addressOf(server: ReturnType<typeof createServer>): { readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server that listens has a port');
  return address;
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': type === 'application/pdf' ? type : `${type}; charset=utf-8`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  response.end(body);
}

/** What cannot be chosen is as the case says. */
function lookOf(asked: URLSearchParams): Look {
  const audience = AUDIENCES.find((one) => one === asked.get('audience'));
  const paper = PAPERS.find((one) => one === asked.get('paper'));
  const brand = asked.get('brand') ?? '';
  return {
    ...(audience && { audience }),
    ...(paper && { paper }),
    ...(/^[a-z0-9][a-z0-9-]{0,62}$/u.test(brand) && { brand }),
  };
}

/** The theme as its reader would choose it. */
function inTheme(html: string, theme: string | null): string {
  return theme === 'dark' || theme === 'light' ? html.replace('<html ', `<html data-theme="${theme}" `) : html;
}

function faultOf(error: unknown): { readonly message: string; readonly place: string; readonly hint: string } {
  if (error instanceof ReportError)
    return { message: error.message, place: formatPlace(error.where), hint: error.hint ?? '' };
  return { message: 'the preview failed', place: '', hint: 'The terminal has the details.' };
}
