import type { Connection } from '../http/http.ts';
import type { Secret } from '../secret.ts';

/** What an adapter is given to work with. */
export interface Toolbox {
  readonly connection: Connection;
  readonly readSecret: (reference: string) => Promise<Secret>;
  /** Without links in it; paths of the configuration are relative to it. */
  readonly workspaceDir: string;
  readonly customerId: string;
}
