import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Outbound } from '#platform/outbound/port.ts';
import { openCalls, outgoing, startServer, type Heard, type Reply } from '../providers.ts';
import {
  Outage,
  type ProviderChannel,
  type SendOutcome,
  type MessageProvider,
} from '#modules/notifications/channels/port.ts';

export interface ProviderUnderTest {
  readonly name: string;
  readonly channel: ProviderChannel;
  /** Whose server it speaks to: of the provider trouble is thrown, of the recipient it is an outcome. */
  readonly owner: 'provider' | 'recipient';
  readonly create: (needs: { outbound: Outbound; url: string; now: () => Date }) => MessageProvider;
  readonly recipient: (url: string) => string;
  /** Those that it must refuse before it sends anything. */
  readonly refused: readonly string[];
  /** How its server says yes, and which id that gives the message. */
  readonly yes: { readonly reply: Reply; readonly messageId: string | null };
  /** Calls that come before the message, such as for a token; they are answered as here. */
  readonly before?: (heard: Heard) => Reply | null;
  /** Where the same key stands at each attempt; null where the provider's API knows none. */
  readonly keyOf: ((heard: Heard) => unknown) | null;
}

const NOW = new Date('2026-11-23T08:00:00.000Z');

/** What every provider over HTTP promises. */
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
    const provider = under.create({ outbound: openCalls(t), url, now: () => NOW });
    const message = outgoing(channel, under.recipient(url));
    return { provider, message, calls, send: () => provider.send(message, new AbortController().signal) };
  }

  /** As whoever calls sees it: trouble of the provider by its name. */
  async function outcomeOf(send: () => Promise<SendOutcome>) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      const { message, mayHaveArrived, retryAfterMs } = error;
      return { outcome: 'outage' as const, error: message, mayHaveArrived, retryAfterMs };
    }
  }

  test(`${name}: a yes is sent, with the provider's id for the message`, async (t) => {
    const { provider, message, calls, send } = await open(t, under.yes.reply);

    assert.equal(provider.refuses(message.recipient), null);
    assert.deepEqual(await send(), { outcome: 'sent', messageId: under.yes.messageId });
    assert.equal(calls.length, 1);
  });

  test(`${name}: the same key goes along at every attempt`, { skip: under.keyOf === null }, async (t) => {
    const { message, calls, send } = await open(t, under.yes.reply);

    await send();
    await send();

    const keys = calls.map((heard) => under.keyOf?.(heard));
    assert.ok(keys[0] !== undefined && keys[0] !== '', message.id);
    assert.equal(keys[0], keys[1]);
  });

  test(`${name}: what cannot be a recipient is refused by its look`, async (t) => {
    const { provider } = await open(t, under.yes.reply);

    assert.deepEqual(
      under.refused.filter((recipient) => provider.refuses(recipient) === null),
      [],
    );
  });

  test(`${name}: 429 is deferred until when the server says, in seconds or as a date`, async (t) => {
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

  test(`${name}: 408 is deferred, a plain 400 is final and leaves the address alone`, async (t) => {
    const [late, bad] = [await open(t, { status: 408 }), await open(t, { status: 400, body: '{}' })];

    assert.equal((await late.send()).outcome, 'deferred');
    const outcome = await bad.send();
    assert.deepEqual([outcome.outcome, 'suppress' in outcome && outcome.suppress], ['bounced', false]);
  });

  for (const [what, reply, arrived] of [
    ['500', { status: 500 }, false],
    ['503', { status: 503, headers: { 'retry-after': '5' } }, false],
    ['silence', 'silence', true],
    ['a cut connection', 'cut', true],
  ] as const) {
    test(`${name}: ${what} is no failure of the message`, async (t) => {
      const { send } = await open(t, reply);

      const outcome = await outcomeOf(send);

      assert.equal(outcome.outcome, owner === 'provider' ? 'outage' : 'deferred');
      if (outcome.outcome === 'outage') assert.equal(outcome.mayHaveArrived, arrived);
      assert.equal('retryAfterMs' in outcome && outcome.retryAfterMs, what === '503' ? 5000 : null);
    });
  }

  test(`${name}: nobody listening means that nothing was sent`, async (t) => {
    const url = 'http://127.0.0.1:9';
    const provider = under.create({ outbound: openCalls(t), url, now: () => NOW });

    const outcome = await outcomeOf(() =>
      provider.send(outgoing(channel, under.recipient(url)), new AbortController().signal),
    );

    assert.equal(outcome.outcome, owner === 'provider' ? 'outage' : 'deferred');
    if (outcome.outcome === 'outage') assert.equal(outcome.mayHaveArrived, false);
  });

  test(`${name}: an error tells neither recipient nor content`, async (t) => {
    for (const reply of [{ status: 400 }, { status: 500 }, 'cut'] as const) {
      const { message, send } = await open(t, reply);

      const text = JSON.stringify(await outcomeOf(send));

      assert.ok(!text.includes(message.recipient) && !text.includes(message.text), text);
    }
  });
}
