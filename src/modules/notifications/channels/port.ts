/**
 * What carries messages. A provider is one small file that implements `MessageProvider`; `channels.ts` puts the guard around
 * it and chooses. Of what goes through, nothing is logged: neither the recipient nor the content nor a secret.
 */

/** Those that leave the house; `inApp` needs no provider. */
export type ProviderChannel = 'email' | 'sms' | 'push' | 'slack' | 'teams' | 'telegram' | 'webhook';

/** One message to one recipient, rendered and ready. */
export interface Outgoing {
  /** The idempotency key: one per message, the same at every attempt. */
  readonly id: string;
  readonly channel: ProviderChannel;
  /**
   * The address as the channel understands it: an e-mail address, a number in E.164, a push subscription as JSON or a
   * device token, a chat's id, a URL; `default` for the Slack or Teams hook of the settings.
   */
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Of e-mail: `List-Unsubscribe` and the like. */
  readonly headers: Readonly<Record<string, string>>;
  /** For machines: goes along where the channel carries data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came of one attempt. */
export type SendOutcome =
  | { readonly outcome: 'sent'; readonly messageId: string | null }
  /** Transient: worth another attempt, not before `retryAfterMs` where the provider said so. */
  | { readonly outcome: 'deferred'; readonly error: string; readonly retryAfterMs: number | null }
  /** Permanent. `suppress`: the address is dead, nothing need be sent there any more. */
  | { readonly outcome: 'bounced'; readonly error: string; readonly suppress: boolean };

export interface MessageProvider {
  readonly name: string;
  /** Why the recipient cannot be one of this provider; null when it is fine as far as its look tells. */
  refuses(recipient: string): string | null;
  /**
   * Tries once, within 20 s. What is wrong with the recipient or their end is an outcome.
   * @throws {Outage} when the provider itself is unwell or refuses us: that counts for its circuit breaker.
   */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome>;
}

/** Per channel the providers in order, each supervised; tries the next when one's circuit is open; tells which it used. */
export interface Channels {
  readonly enabled: readonly ProviderChannel[];
  /** Why no provider of the channel takes the recipient; null when one does. */
  refuses(channel: ProviderChannel, recipient: string): string | null;
  /**
   * What went wrong is in the outcome, without the recipient's address. Rejects only when nobody could be asked, every
   * circuit being open (`isRefusedUnsent`): that is no attempt.
   */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome & { readonly provider: string }>;
}

/** The provider is away, broken, or refuses our account. Says nothing about the recipient. */
export class Outage extends Error {
  /** False when the provider certainly did not take the message: then another one may be asked at once. */
  readonly mayHaveArrived: boolean;
  /** When the provider asked us to come again; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, details: { mayHaveArrived: boolean; retryAfterMs?: number | null; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.name = 'Outage';
    this.mayHaveArrived = details.mayHaveArrived;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
