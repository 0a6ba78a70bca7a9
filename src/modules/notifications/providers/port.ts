import type { Channel as AnyChannel } from '../contract.ts';

/** Every channel that leaves the program; what is in-app needs no provider. */
export type Channel = Exclude<AnyChannel, 'inApp'>;

export interface Outgoing {
  /** Stable idempotency key: one per message. */
  readonly id: string;
  readonly channel: Channel;
  /** Address as the channel understands it: e-mail, E.164, JSON of a push subscription, chat id, URL. */
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** List-Unsubscribe etc. */
  readonly headers: Readonly<Record<string, string>>;
  /** Payload of raw push and webhook messages. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type Outcome =
  | { readonly outcome: 'sent'; readonly messageId: string | null }
  /** Transient. */
  | { readonly outcome: 'deferred'; readonly error: string; readonly retryAfterMs: number | null }
  /** Permanent. */
  | { readonly outcome: 'bounced'; readonly error: string; readonly suppress: boolean };

export interface Provider {
  readonly name: string;
  /** Checks a recipient: null when fine, else why not. */
  refuses(recipient: string): string | null;
  send(message: Outgoing, signal: AbortSignal): Promise<Outcome>;
}

/** Per channel the providers in order, each supervised; tries the next when one's circuit is open; tells which it used. */
export interface Channels {
  readonly enabled: readonly Channel[];
  refuses(channel: Channel, recipient: string): string | null;
  send(message: Outgoing, signal: AbortSignal): Promise<Outcome & { readonly provider: string }>;
}
