/**
 * Outgoing HTTP to addresses that users entered: webhooks, push endpoints, chat hooks, jobs that call a URL. So that
 * nobody can reach internal hosts through the server (SSRF), every host is resolved, checked and pinned for the
 * connection, also after redirects. Time and size are bounded.
 */
export interface Outbound {
  /**
   * Why the address is refused, in words for the user; null if it is not, though its host may still resolve to a
   * refused address.
   */
  refuses(url: string): string | null;
  /**
   * Resolves with any status of the server.
   * @throws {OutboundRefused} for an address that must not be called: retrying does not help.
   * @throws {OutboundFailed} when there was no answer.
   */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `http` or `https`, without credentials. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers that a redirect does not take to another origin, beside `authorization` and `cookie`. */
  readonly secretHeaders?: readonly string[];
  readonly body?: string | Buffer;
  /** How many redirects are followed, at most 10; each is checked again. Default 0: a redirect is the answer. */
  readonly redirects?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Lower-case names; of a repeated one the values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than the limits of size or time, or was cut off; `body` is its beginning. */
  readonly isCut: boolean;
}

/** The address must not be called. The message contains only its host. */
export class OutboundRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutboundRefused';
  }
}

/** There was no answer: unknown host, no connection, a timeout, a cut connection. */
export class OutboundFailed extends Error {
  /** False when there was no connection, so that the request was certainly not received. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'OutboundFailed';
    this.mayHaveArrived = mayHaveArrived;
  }
}

const MAX_RETRY_AFTER_MS = 24 * 3_600_000; // longer waits are an error of the server, or of its clock

/**
 * `Retry-After` as seconds or as a date (RFC 9110), in milliseconds from now, at most a day; null for everything else.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
