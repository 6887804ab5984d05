/** What lies at a simulated ticket, whatever the system calls it. */
export interface TicketState {
  readonly files: { readonly id: string; readonly name: string; readonly bytes: Buffer }[];
  readonly comments: {
    readonly id: string;
    readonly text: string;
    isPublic: boolean;
    readonly files: readonly string[];
  }[];
}

/** A simulated ticket system of which tests can ask what arrived. */
export interface SimulatedTickets {
  readonly tickets: ReadonlyMap<string, TicketState>;
}

export function emptyTicket(): TicketState {
  return { files: [], comments: [] };
}

/** Ids that are never given twice. */
export function counter(start = 1): () => string {
  let next = start;
  return () => String(next++);
}
