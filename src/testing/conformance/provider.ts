import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Outbound } from '#platform/outbound/port.ts';
import { openCalls, outgoing, startServer, type Heard, type Reply } from '../servers/message-providers.ts';
import {
  Outage,
  type ProviderChannel,
  type SendOutcome,
  type MessageProvider,
} from '#modules/notifications/channels/port.ts';

const SILENCE_MS = 500; // how long a server that never answers is waited for

export interface ProviderUnderTest {
  readonly name: string;
  readonly channel: ProviderChannel;
  /**
   * Owner of the server that it calls. Failures of a provider's server are thrown, those of a recipient's server are
   * outcomes.
   */
  readonly owner: 'provider' | 'recipient';
  readonly create: (needs: { outbound: Outbound; url: string; now: () => Date }) => MessageProvider;
  readonly recipient: (url: string) => string;
  /** Recipients that it must refuse before it sends anything. */
  readonly refused: readonly string[];
  /** A success of its server, and the id of the message in it. */
  readonly yes: { readonly reply: Reply; readonly messageId: string | null };
  /** The answers to calls before the message, such as for a token; null for other calls. */
  readonly before?: (heard: Heard) => Reply | null;
  /** The idempotency key in a request; null if the provider's API has none. */
  readonly keyOf: ((heard: Heard) => unknown) | null;
}

const NOW = new Date('2026-11-23T08:00:00.000Z');

/** The tests that every provider over HTTP must pass. */
export function providerConformance(under: ProviderUnderTest): void {
  const { name, channel, owner } = under;

  async function open(t: TestContext, reply: Reply) {
    const calls: Heard[] = [];
    const { url } = await startServer(t, (heard) => {
      const early = under.before?.(heard);
      if (early) return early;
      calls.push(heard);
      return reply;
    });
    const outbound = reply === 'silence' ? openCalls(t, SILENCE_MS) : openCalls(t);
    const provider = under.create({ outbound, url, now: () => NOW });
    const message = outgoing(channel, under.recipient(url));
    return { provider, message, calls, send: () => provider.send(message, new AbortController().signal) };
  }

  /** The outcome, or what the caller sees of an outage. */
  async function outcomeOf(send: () => Promise<SendOutcome>) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      const { message, mayHaveArrived, retryAfterMs } = error;
      return { outcome: 'outage' as const, error: message, mayHaveArrived, retryAfterMs };
    }
  }

  test(`${name}: a success is reported as sent, with the provider's id for the message`, async (t) => {
    const { provider, message, calls, send } = await open(t, under.yes.reply);

    assert.equal(provider.refuses(message.recipient), null);
    assert.deepEqual(await send(), { outcome: 'sent', messageId: under.yes.messageId });
    assert.equal(calls.length, 1);
  });

  test(`${name}: every attempt has the same key`, { skip: under.keyOf === null }, async (t) => {
    const { message, calls, send } = await open(t, under.yes.reply);

    await send();
    await send();

    const keys = calls.map((heard) => under.keyOf?.(heard));
    assert.ok(keys[0] !== undefined && keys[0] !== '', message.id);
    assert.equal(keys[0], keys[1]);
  });

  test(`${name}: an invalid recipient is refused before anything is sent`, async (t) => {
    const { provider } = await open(t, under.yes.reply);

    assert.deepEqual(
      under.refused.filter((recipient) => provider.refuses(recipient) === null),
      [],
    );
  });

  test(`${name}: 429 is deferred as long as Retry-After says, in seconds or as a date`, async (t) => {
    const seconds = await open(t, { status: 429, headers: { 'retry-after': '17' } });
    const date = await open(t, { status: 429, headers: { 'retry-after': 'Mon, 23 Nov 2026 08:01:00 GMT' } });
    const silent = await open(t, { status: 429 });
    const pauses = [];

    for (const { send } of [seconds, date, silent]) {
      const outcome = await send();
      pauses.push(outcome.outcome === 'deferred' ? outcome.retryAfterMs : outcome);
    }

    assert.deepEqual(pauses, [17_000, 60_000, null]);
  });

  test(`${name}: 408 is deferred, a plain 400 is final and does not suppress the address`, async (t) => {
    const [late, bad] = [await open(t, { status: 408 }), await open(t, { status: 400, body: '{}' })];

    assert.equal((await late.send()).outcome, 'deferred');
    const outcome = await bad.send();
    assert.deepEqual([outcome.outcome, 'suppress' in outcome && outcome.suppress], ['bounced', false]);
  });

  for (const status of [301, 402, 403, 404, 405, 410])
    test(`${name}: ${status} is no outage: it may concern one recipient`, async (t) => {
      const { send } = await open(t, { status, body: '{}' });

      const outcome = await outcomeOf(send);

      assert.notEqual(outcome.outcome, 'outage');
      if (owner === 'provider')
        assert.equal(outcome.outcome === 'deferred' && outcome.isUnreached && outcome.isOurs, true);
    });

  for (const [what, reply, arrived] of [
    ['500', { status: 500 }, false],
    ['503', { status: 503, headers: { 'retry-after': '5' } }, false],
    ['silence', 'silence', true],
    ['a cut connection', 'cut', true],
  ] as const) {
    test(`${name}: ${what} is not a failure of the message`, async (t) => {
      const { send } = await open(t, reply);

      const outcome = await outcomeOf(send);

      assert.equal(outcome.outcome, owner === 'provider' ? 'outage' : 'deferred');
      if (outcome.outcome === 'outage') assert.equal(outcome.mayHaveArrived, arrived);
      assert.equal('retryAfterMs' in outcome && outcome.retryAfterMs, what === '503' ? 5000 : null);
    });
  }

  test(`${name}: a refused connection means that nothing was sent`, async (t) => {
    const url = 'http://127.0.0.1:9';
    const provider = under.create({ outbound: openCalls(t), url, now: () => NOW });

    const outcome = await outcomeOf(() =>
      provider.send(outgoing(channel, under.recipient(url)), new AbortController().signal),
    );

    assert.equal(outcome.outcome, owner === 'provider' ? 'outage' : 'deferred');
    if (outcome.outcome === 'outage') assert.equal(outcome.mayHaveArrived, false);
  });

  test(`${name}: an error contains neither recipient nor content`, async (t) => {
    for (const reply of [{ status: 400 }, { status: 500 }, 'cut'] as const) {
      const { message, send } = await open(t, reply);

      const text = JSON.stringify(await outcomeOf(send));

      assert.ok(!text.includes(message.recipient) && !text.includes(message.text), text);
    }
  });
}
