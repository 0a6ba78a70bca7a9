import type { Driver, Policy, Supervise } from '#platform/resilience/port.ts';
import { isRefusedUnsent } from '#platform/resilience/port.ts';
import { Outage, type Channel, type Channels, type Outcome, type Outgoing, type Provider } from './port.ts';

const MAX_ERROR = 500;
const REMEMBERED_MS = 5 * 60_000; // a provider that nobody has asked since may long be well again
/** A provider does its own timing, in up to two requests of 10 s; this is the net beneath. */
const providerPolicy: Partial<Policy> = { timeoutMs: 25_000, breakAfter: 5, breakMs: 30_000 };

/** One provider in its place; of a channel the first is asked first. */
export interface ChannelProvider {
  readonly channel: Channel;
  readonly provider: Provider;
  /** Its port stands under supervision already; another guard would only count twice. */
  readonly isSupervised?: boolean;
}

export interface ChannelsNeeds {
  readonly providers: readonly ChannelProvider[];
  readonly supervise: Supervise;
  /** Messages under way at once through one provider. */
  readonly concurrency: number;
}

/**
 * The next provider is asked when this one's circuit is open, too many wait for it, or it certainly did not take the
 * message. When it may have, the message is deferred instead: two providers would send it twice.
 */
export function createChannels({ providers, supervise, concurrency }: ChannelsNeeds): Channels {
  const guarded = providers.map(({ channel, provider, isSupervised }) => ({
    channel,
    provider: isSupervised ? provider : guard(supervise, { ...providerPolicy, concurrency }, channel, provider),
  }));
  const enabled = [...new Set(providers.map(({ channel }) => channel))];
  const of = (channel: Channel) => guarded.filter((one) => one.channel === channel).map(({ provider }) => provider);

  function refuses(channel: Channel, recipient: string): string | null {
    const reasons = of(channel).map((provider) => provider.refuses(recipient));
    return reasons.includes(null) ? null : (reasons[0] ?? 'the channel has no provider');
  }

  async function send(message: Outgoing, signal: AbortSignal) {
    const able = of(message.channel).filter((provider) => provider.refuses(message.recipient) === null);
    let last: { provider: string; error: unknown } | null = null;
    for (const { name: provider, send: attempt } of able) {
      try {
        return { ...withoutAddress(await attempt(message, signal), message), provider };
      } catch (error) {
        if (mayHaveArrived(error)) return { ...withoutAddress(toDeferred(error), message), provider };
        // A refusal of the provider says more than a circuit that is open.
        if (last === null || !isRefusedUnsent(error)) last = { provider, error };
      }
    }
    if (last === null) return { ...toBounced(refuses(message.channel, message.recipient)), provider: 'none' };
    if (isRefusedUnsent(last.error)) throw last.error;
    return { ...withoutAddress(toDeferred(last.error), message), provider: last.provider };
  }

  return { enabled, refuses, send };
}

/** Circuit breaker, bulkhead and time-out, and what health is told: how the last attempts went. */
function guard(supervise: Supervise, policy: Partial<Policy>, channel: Channel, provider: Provider): Provider {
  let trouble: { error: Error; atMs: number } | null = null;

  async function send(message: Outgoing, signal: AbortSignal): Promise<Outcome> {
    try {
      const outcome = await provider.send(message, signal);
      trouble = null;
      return outcome;
    } catch (error) {
      if (signal.aborted) return { outcome: 'deferred', error: 'given up', retryAfterMs: null }; // by us
      const told = strike(error instanceof Error ? error.message : String(error), message);
      trouble = { error: new Error(told), atMs: performance.now() };
      throw error;
    }
  }

  const driver: Driver<Pick<Provider, 'send'>> = {
    name: `${channel}.${provider.name}`,
    port: { send },
    idempotent: [], // whoever keeps the message decides whether to repeat, and when
    async probe() {
      if (trouble && performance.now() - trouble.atMs < REMEMBERED_MS) throw trouble.error;
    },
  };
  return { ...provider, send: supervise(driver, policy).send };
}

function mayHaveArrived(error: unknown): boolean {
  if (error instanceof Outage) return error.mayHaveArrived;
  return !isRefusedUnsent(error);
}

function toBounced(reason: string | null): Outcome {
  return { outcome: 'bounced', error: reason ?? 'refused', suppress: false };
}

function toDeferred(error: unknown): Outcome {
  const retryAfterMs = error instanceof Outage ? error.retryAfterMs : null;
  return { outcome: 'deferred', error: error instanceof Error ? error.message : String(error), retryAfterMs };
}

/** Servers repeat addresses in their refusals; records and logs must not. */
function withoutAddress(outcome: Outcome, message: Outgoing): Outcome {
  return outcome.outcome === 'sent' ? outcome : { ...outcome, error: strike(outcome.error, message) };
}

function strike(text: string, { recipient }: Outgoing): string {
  const spellings = [recipient, recipient.toLowerCase(), encodeURIComponent(recipient)].filter(Boolean);
  return spellings.reduce((struck, spelling) => struck.replaceAll(spelling, '…'), text).slice(0, MAX_ERROR);
}
