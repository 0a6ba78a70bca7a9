import type { Actor, Origin } from '#kernel/access.ts';

/** Who asked at first, and the organisation that their session worked in. */
export interface InProcessCaller extends Pick<Actor, 'id' | 'sessionId'> {
  readonly organisationId: string | null;
  /** What the trail records of a request: in the background neither address nor agent. */
  readonly origin: Origin;
}

export interface InProcessAnswer {
  readonly status: number;
  /** Of a refusal that may pass; null where the answer names no time. */
  readonly retryAfterMs: number | null;
  readonly body: unknown;
}

/** The operations of this program, asked in process with the rights that a person has now. */
export interface InProcess {
  /** `url`: path and query. 401 once the session of the asker has ended, or works in another organisation. */
  get(asker: InProcessCaller, url: string): Promise<InProcessAnswer>;
  /** The OpenAPI document; made once. */
  document(): Promise<unknown>;
  close(): Promise<void>;
}
