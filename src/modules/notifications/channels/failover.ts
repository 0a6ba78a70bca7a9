import { toFailureText } from '#kernel/redaction/failure-text.ts';
import type { Driver, Policy, Supervise } from '#platform/resilience/port.ts';
import { isRefusedUnsent } from '#platform/resilience/port.ts';
import { DEFAULT_HOOK } from './addresses.ts';
import { toOurs } from './protocols/http-answers.ts';
import {
  Outage,
  type ProviderChannel,
  type Channels,
  type SendOutcome,
  type Outgoing,
  type MessageProvider,
} from './port.ts';

const MAX_ERROR = 500;
const NO_PROVIDER = 'the channel has no provider';
const FAILURE_SHOWN_MS = 5 * 60_000; // without traffic health cannot see a recovery, so an old failure is not shown
/** A provider times its own requests, up to two of 10 s; this timeout only catches what they miss. */
const providerPolicy: Partial<Policy> = { timeoutMs: 25_000, breakAfter: 5, breakMs: 30_000 };

/** A provider of a channel; the first provider of a channel is tried first. */
export interface ChannelProvider {
  readonly channel: ProviderChannel;
  readonly provider: MessageProvider;
  /** Its port is supervised already: a second circuit breaker would count each failure twice. */
  readonly isSupervised?: boolean;
}

export interface ChannelsNeeds {
  readonly providers: readonly ChannelProvider[];
  readonly supervise: Supervise;
  /** Messages that one provider is given at the same time. */
  readonly concurrency: number;
}

/**
 * The next provider is tried when the circuit of this one is open, when too many messages wait for it, or when it
 * certainly did not take the message: it failed, or lacks a right or ability that the message needs. When it may have
 * taken the message, the message is deferred: two providers would send it twice.
 */
export function createChannels({ providers, supervise, concurrency }: ChannelsNeeds): Channels {
  const guarded = providers.map(({ channel, provider, isSupervised }) => ({
    channel,
    provider: isSupervised ? provider : guard(supervise, { ...providerPolicy, concurrency }, channel, provider),
  }));
  const enabled = [...new Set(providers.map(({ channel }) => channel))];
  const of = (channel: ProviderChannel) =>
    guarded.filter((one) => one.channel === channel).map(({ provider }) => provider);

  function refuses(channel: ProviderChannel, recipient: string): string | null {
    const reasons = of(channel).map((provider) => provider.refuses(recipient));
    return reasons.includes(null) ? null : (reasons[0] ?? NO_PROVIDER);
  }

  async function send(message: Outgoing, signal: AbortSignal) {
    const able = of(message.channel).filter((provider) => provider.refuses(message.recipient) === null);
    let last: { provider: string; error: unknown } | null = null;
    let unable: (SendOutcome & { provider: string }) | null = null;
    let waiting: (SendOutcome & { provider: string }) | null = null;
    for (const { name: provider, send: attempt } of able) {
      try {
        const outcome = { ...withoutAddress(await attempt(message, signal), message), provider };
        if (outcome.outcome === 'bounced' && outcome.mayPassElsewhere) unable = outcome;
        else if (outcome.outcome === 'deferred' && outcome.isUnreached && outcome.isOurs) waiting = outcome;
        else return outcome;
      } catch (error) {
        if (mayHaveArrived(error)) return { ...withoutAddress(toDeferred(error), message), provider };
        if (last === null || weightOf(error) >= weightOf(last.error)) last = { provider, error };
      }
    }
    if (waiting && (last === null || isRefusedUnsent(last.error))) return waiting;
    if (last === null && unable) return unable;
    if (last === null) return { ...toUnable(message), provider: 'none' };
    if (isRefusedUnsent(last.error)) throw last.error;
    return { ...withoutAddress(toDeferred(last.error), message), provider: last.provider };
  }

  /** No provider can send it. If the settings are the cause it waits: it was accepted under other ones. */
  function toUnable({ channel, recipient }: Outgoing): SendOutcome {
    const error = refuses(channel, recipient) ?? 'refused';
    const isOurs = of(channel).length === 0 || recipient === DEFAULT_HOOK;
    return isOurs ? toOurs(error) : { outcome: 'bounced', error, suppress: false };
  }

  return { enabled, refuses, send };
}

/** Adds circuit breaker, bulkhead and timeout, and shows the last failure in health. */
function guard(
  supervise: Supervise,
  policy: Partial<Policy>,
  channel: ProviderChannel,
  provider: MessageProvider,
): MessageProvider {
  let failure: { error: Error; atMs: number } | null = null;

  async function send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    if (signal.aborted) return { outcome: 'deferred', error: 'given up', retryAfterMs: null, isUnreached: true };
    try {
      const outcome = await provider.send(message, signal);
      if (outcome.outcome === 'deferred' && outcome.isOurs) show(outcome.error, message);
      else failure = null;
      return outcome;
    } catch (error) {
      if (signal.aborted) return { ...toDeferred(error), error: 'given up' }; // this process aborted it
      show(error instanceof Error ? error.message : String(error), message);
      throw error;
    }
  }

  function show(text: string, message: Outgoing): void {
    failure = { error: new Error(removeAddress(text, message)), atMs: performance.now() };
  }

  const driver: Driver<Pick<MessageProvider, 'send'>> = {
    name: `${channel}.${provider.name}`,
    port: { send },
    idempotent: [], // delivery decides whether and when to retry
    async probe() {
      if (failure && performance.now() - failure.atMs < FAILURE_SHOWN_MS) throw failure.error;
    },
  };
  return { ...provider, send: supervise(driver, policy).send };
}

function mayHaveArrived(error: unknown): boolean {
  if (error instanceof Outage) return error.mayHaveArrived;
  return !isRefusedUnsent(error);
}

/**
 * Of several errors the heaviest is recorded: a provider that has read the message decides that the attempt counts, and
 * an error of a provider explains more than an open circuit.
 */
function weightOf(error: unknown): number {
  if (isRefusedUnsent(error)) return 0;
  return error instanceof Outage && error.isAboutMessage ? 2 : 1;
}

function toDeferred(error: unknown): Extract<SendOutcome, { outcome: 'deferred' }> {
  const isOutage = error instanceof Outage;
  return {
    outcome: 'deferred',
    error: toFailureText(error),
    retryAfterMs: isOutage ? error.retryAfterMs : null,
    isUnreached: isOutage && !error.mayHaveArrived && !error.isAboutMessage,
  };
}

/** Servers repeat addresses in their error texts; records and logs must not contain them. */
function withoutAddress(outcome: SendOutcome, message: Outgoing): SendOutcome {
  return outcome.outcome === 'sent' ? outcome : { ...outcome, error: removeAddress(outcome.error, message) };
}

function removeAddress(text: string, { recipient }: Outgoing): string {
  const spellings = [recipient, recipient.toLowerCase(), encodeURIComponent(recipient)].filter(Boolean);
  return spellings.reduce((rest, spelling) => rest.replaceAll(spelling, '…'), text).slice(0, MAX_ERROR);
}
