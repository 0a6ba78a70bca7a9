/**
 * Outgoing HTTP to addresses that people gave us: webhooks, push endpoints, chat hooks, jobs that call a URL. Whoever
 * can name an address must not reach through us what only we can reach, so every host is resolved, checked and pinned
 * for the connection, redirects included. Time and size are bounded whatever the other side does.
 */
export interface Outbound {
  /** Why an address is refused by its look alone, in words for whoever gave it; null when only its name's answer can tell. */
  refuses(url: string): string | null;
  /**
   * Answers with whatever status the server gave.
   * @throws {OutboundRefused} for an address that must not be called: trying again is no remedy.
   * @throws {OutboundFailed} when there was no answer.
   */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `http` or `https`, without credentials. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Followed at most, up to 10, each checked anew. Default 0: a redirect is an answer like others. */
  readonly redirects?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Lower-case names; of a repeated one the values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body went on past the bound of bytes or time, or broke off; `body` holds what had come. */
  readonly isCut: boolean;
}

/** The address must not be called. The message names no more of it than the host. */
export class OutboundRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutboundRefused';
  }
}

/** There was no answer: no such host, no connection, a time-out, a connection that was cut. */
export class OutboundFailed extends Error {
  /** False when no connection came about: then nobody has seen the request. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'OutboundFailed';
    this.mayHaveArrived = mayHaveArrived;
  }
}
