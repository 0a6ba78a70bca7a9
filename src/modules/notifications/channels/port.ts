/**
 * Channels and their providers. A provider is one small file that implements `MessageProvider` and exports
 * `fromConfig`; `registry.ts` builds those that are configured, `failover.ts` supervises them and chooses. Neither
 * recipients nor contents nor secrets are logged.
 */

import type { Outbound } from '#platform/outbound/port.ts';

/** Channels that need a provider; `inApp` needs none. */
export const providerChannels = ['email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook'] as const;
export type ProviderChannel = (typeof providerChannels)[number];

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
  /** For programs: sent on channels that carry data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The result of one attempt. */
export type SendOutcome =
  | { readonly outcome: 'sent'; readonly messageId: string | null }
  /** Transient: worth another attempt, not before `retryAfterMs` where the provider said so. */
  | {
      readonly outcome: 'deferred';
      readonly error: string;
      readonly retryAfterMs: number | null;
      /** The way to the provider or host is broken, so the message has certainly not arrived: this counts as no attempt. */
      readonly isUnreached?: boolean;
      /**
       * Our settings or account are the cause: health shows the failure. It may concern this recipient alone, so the
       * circuit stays closed. With `isUnreached` the next provider is tried.
       */
      readonly isOurs?: boolean;
    }
  /**
   * Permanent. `suppress`: the address no longer exists, so nothing is sent there any more. `mayPassElsewhere`: the next
   * provider is tried.
   */
  | {
      readonly outcome: 'bounced';
      readonly error: string;
      readonly suppress: boolean;
      readonly mayPassElsewhere?: boolean;
    };

export interface MessageProvider {
  readonly name: string;
  /** Why the recipient is not a valid address for this provider; null when its form is valid. */
  refuses(recipient: string): string | null;
  /**
   * Tries once, within 20 s. A failure of the recipient's address or server, and a refusal that may concern one
   * recipient alone, is an outcome.
   * @throws {Outage} when the provider itself fails or refuses every message: its circuit breaker counts this
   */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome>;
}

/** Makes a provider that is not part of this program: `providers` of `bonyan.config.ts`. */
export type OwnProvider = (needs: OwnProviderNeeds) => OwnChannelProvider;

export interface OwnChannelProvider {
  readonly channel: ProviderChannel;
  readonly provider: MessageProvider;
}

export interface OwnProviders {
  readonly makers: readonly OwnProvider[];
  readonly environment: OwnProviderNeeds['environment'];
}

/** What a provider that is not part of this program is given. */
export interface OwnProviderNeeds {
  /** Calls of addresses from the settings, which may be internal. */
  readonly operated: Outbound;
  /** Calls of addresses that users have entered: internal ones are refused. */
  readonly outbound: Outbound;
  /** Its settings: the environment, and the lines of `.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tests move this clock. */
  readonly now: () => Date;
}

/** The supervised providers of each channel, in order of preference. */
export interface Channels {
  readonly enabled: readonly ProviderChannel[];
  /** Why every provider of the channel refuses the recipient; null when one accepts it. */
  refuses(channel: ProviderChannel, recipient: string): string | null;
  /**
   * Tries the next provider when the circuit of one is open. Errors are in the outcome, without the recipient's
   * address. Rejects only when every circuit is open (`isRefusedUnsent`): this does not count as an attempt.
   */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome & { readonly provider: string }>;
}

/** The provider does not answer, fails, or refuses every message. Says nothing about the recipient. */
export class Outage extends Error {
  /** False when the provider certainly did not take the message: then the next provider may be tried at once. */
  readonly mayHaveArrived: boolean;
  /**
   * The provider has read the message and failed (5xx). The message may be the cause, and a careless provider may have
   * passed it on: each such attempt counts.
   */
  readonly isAboutMessage: boolean;
  /** When the provider allows the next attempt; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    details: { mayHaveArrived: boolean; isAboutMessage?: boolean; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.name = 'Outage';
    this.mayHaveArrived = details.mayHaveArrived;
    this.isAboutMessage = details.isAboutMessage ?? false;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
