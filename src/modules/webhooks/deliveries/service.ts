import { system, type Actor } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { newId, smallestIdAt } from '#kernel/id.ts';
import { sign } from '#kernel/webhook.ts';
import { defineQueue } from '#kernel/work.ts';
import { withoutTables } from '#platform/database/port.ts';
import { on, type EventSubscription } from '#platform/events/port.ts';
import { OutboundFailed, OutboundRefused, parseRetryAfter, type OutboundAnswer } from '#platform/outbound/port.ts';
import { stillHeld, type Work, type WorkResult } from '#platform/work/port.ts';
import {
  webhookErrors,
  webhookEvents,
  type WebhookDelivery,
  type DeliveryQuery,
  type ReplayedDeliveries,
} from '../contract.ts';
import type { WebhooksNeeds } from '../needs.ts';
import { findEndpoint, listHearing, lockEndpoint, noteEndpoint, type StoredEndpoint } from '../queries.ts';
import {
  deleteDeliveries,
  findDelivery,
  findStored,
  insertDelivery,
  listDeliveries,
  reopenDeliveries,
  updateDelivery,
  type StoredDelivery,
} from './queries.ts';
import type { WebhookSealing } from '../secrets.ts';
import { entry, hostOf, orNotFound } from '../service.ts';
import type { WebhooksTables, WebhooksUnit } from '../tables.ts';
import { isOver, later, msUntil, pauseMs } from './timing.ts';

export const deliveryQueue = defineQueue('webhooks.delivery');

const TEST_TYPE = 'webhooks.test.v1';
const EXCERPT = 1000; // characters of an answer
const DISABLED_AFTER_MS = 3 * 86_400_000; // without a success
const KEEP_MS = 30 * 86_400_000;
const DELETED = 1000; // rows of one unit

/** How an attempt ended. `isFinal`: another one would not end otherwise. */
interface Outcome {
  readonly error: string | null;
  readonly status: number | null;
  readonly body: string | null;
  readonly isFinal: boolean;
  readonly retryAfterMs: number | null;
}

/** Sends each event once to each webhook that wants it: signed, repeated for a day, with a log that people can replay. */
export function createDeliveries({
  db,
  outbound,
  notifications,
  heard,
  now,
  sealing,
}: WebhooksNeeds & { readonly sealing: WebhookSealing }) {
  /** One delivery for each webhook that wants the event; it commits with the event's inbox row, so there is never a second. */
  function hear(event: EventDef): EventSubscription {
    return on<EventDef['payload'], WebhooksTables>(event, async (unit, payload, at) => {
      for (const endpointId of await listHearing(unit.tx, event.type))
        await add(unit, {
          endpointId,
          eventType: event.type,
          data: payload as WebhookDelivery['data'],
          occurredAt: at,
        });
    });
  }

  async function add(
    { tx, enqueue }: WebhooksUnit,
    { occurredAt, ...of }: Pick<StoredDelivery, 'endpointId' | 'eventType' | 'data'> & { readonly occurredAt: Date },
  ): Promise<WebhookDelivery> {
    const added = await insertDelivery(tx, { id: newId(), ...of, occurredAt: occurredAt.toISOString() });
    enqueue(deliveryQueue, { ref: added.id });
    return added;
  }

  /** One attempt. A webhook that has failed is left alone for some time, also by its other deliveries. */
  async function handle(work: Work, signal: AbortSignal): Promise<WorkResult<WebhooksTables>> {
    const nothing: WorkResult<WebhooksTables> = { write: async () => {} };
    const delivery = await findStored(db.read, work.ref);
    if (delivery?.status !== 'pending') return nothing;
    const endpoint = await findEndpoint(db.read, delivery.endpointId);
    if (!endpoint?.isEnabled) {
      return { write: ({ tx }) => updateDelivery(tx, delivery.id, { ...ENDED, error: 'the webhook was disabled' }) };
    }
    const at = now();
    const waitMs = msUntil(later(endpoint.pausedUntil, delivery.nextAttemptAt), at);
    const isLast = isOver(delivery.startedAt, at);
    if (waitMs > 0 && !isLast) return { ...nothing, retryInMs: waitMs + Math.random() * 1000, isUntried: true };
    if ((await stillHeld(db.read, [work])).length === 0) return nothing;
    const outcome = await send(delivery, endpoint, at, signal);
    if (outcome.error === null) return { write: (unit) => succeed(unit, delivery, outcome) };
    const attempts = delivery.attempts + 1;
    const retryInMs = outcome.isFinal || isLast ? null : Math.max(pauseMs(attempts), outcome.retryAfterMs ?? 0);
    return {
      write: (unit) => fail(unit, delivery, outcome, retryInMs),
      ...(retryInMs !== null && { retryInMs }),
    };
  }

  async function send(
    { id, eventType, data, occurredAt }: StoredDelivery,
    endpoint: StoredEndpoint,
    at: Date,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const body = JSON.stringify({ type: eventType, timestamp: occurredAt, data });
    const seconds = String(Math.floor(at.getTime() / 1000));
    const signatures = secretsOf(endpoint, at).map((secret) => sign(secret, { id, seconds, body }));
    try {
      const answer = await outbound.send({
        method: 'POST',
        url: sealing.url.open(endpoint.id, endpoint.urlSealed),
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': seconds,
          'webhook-signature': signatures.join(' '),
        },
        body,
        signal,
      });
      return toOutcome(answer, at);
    } catch (error) {
      const none = { status: null, body: null, retryAfterMs: null };
      if (error instanceof OutboundRefused) return { ...none, error: error.message, isFinal: true };
      if (error instanceof OutboundFailed) return { ...none, error: error.message, isFinal: false };
      throw error;
    }
  }

  /** The newest first; the former one as long as receivers may still know only that. */
  function secretsOf({ id, secretSealed, previousSealed, previousUntil }: StoredEndpoint, at: Date): string[] {
    const secret = sealing.secret.open(id, secretSealed);
    const isOverlap = previousSealed !== null && previousUntil !== null && new Date(previousUntil) > at;
    return isOverlap ? [secret, sealing.previous.open(id, previousSealed)] : [secret];
  }

  async function succeed(
    { tx }: WebhooksUnit,
    { id, endpointId, attempts }: StoredDelivery,
    outcome: Outcome,
  ): Promise<void> {
    await updateDelivery(tx, id, { ...ENDED, status: 'succeeded', ...noted(attempts, outcome, now()) });
    const endpoint = await findEndpoint(tx, endpointId);
    if (endpoint && endpoint.failures > 0) await noteEndpoint(tx, endpointId, WELL);
  }

  async function fail(
    unit: WebhooksUnit,
    delivery: StoredDelivery,
    outcome: Outcome,
    retryInMs: number | null,
  ): Promise<void> {
    const { tx } = unit;
    const at = now().getTime();
    const next = retryInMs === null ? ENDED : { nextAttemptAt: new Date(at + retryInMs).toISOString() };
    await updateDelivery(tx, delivery.id, { ...next, ...noted(delivery.attempts, outcome, new Date(at)) });
    const endpoint = await lockEndpoint(tx, delivery.endpointId);
    if (!endpoint?.isEnabled) return;
    const failures = endpoint.failures + 1;
    const failingSince = endpoint.failingSince ?? new Date(at).toISOString();
    const pausedUntil = new Date(at + Math.max(pauseMs(failures), outcome.retryAfterMs ?? 0)).toISOString();
    await noteEndpoint(tx, endpoint.id, { failures, failingSince, pausedUntil });
    if (outcome.status === 410) await disable(unit, endpoint, 'gone');
    else if (at - Date.parse(failingSince) >= DISABLED_AFTER_MS) await disable(unit, endpoint, 'failing');
  }

  async function disable(
    unit: WebhooksUnit,
    { id, urlSealed, createdBy }: StoredEndpoint,
    reason: 'gone' | 'failing',
  ): Promise<void> {
    const host = hostOf(sealing.url.open(id, urlSealed));
    await noteEndpoint(unit.tx, id, { isEnabled: false, disabledReason: reason });
    unit.publish(webhookEvents.disabled, { webhookId: id, reason });
    unit.audit(entry('disabled', id, { host, reason }));
    if (createdBy === null) return;
    await notifications.send(withoutTables(unit), {
      template: 'webhooks.disabled',
      to: { userId: createdBy },
      channels: ['inApp', 'email'],
      category: 'incidents',
      variables: { host, reason },
    });
  }

  async function list(webhookId: string, query: DeliveryQuery) {
    orNotFound(await findEndpoint(db.read, webhookId), webhookId);
    return listDeliveries(db.read, webhookId, query);
  }

  /** @throws `webhooks.delivery_not_found` */
  async function get(webhookId: string, id: string): Promise<WebhookDelivery> {
    const found = await findDelivery(db.read, webhookId, id);
    if (!found) throw webhookErrors.deliveryNotFound({ id });
    return found;
  }

  /** @throws `webhooks.disabled` */
  function sendTest(actor: Actor, webhookId: string): Promise<WebhookDelivery> {
    return enabled(actor, webhookId, (unit) => {
      unit.audit(entry('tested', webhookId, {}));
      return add(unit, { endpointId: webhookId, eventType: TEST_TYPE, data: { webhookId }, occurredAt: now() });
    });
  }

  /** Sends it again, under the same id; nothing changes for one that is pending. @throws `webhooks.disabled` */
  function replay(actor: Actor, webhookId: string, id: string): Promise<WebhookDelivery> {
    return enabled(actor, webhookId, async (unit) => {
      if (!(await findDelivery(unit.tx, webhookId, id))) throw webhookErrors.deliveryNotFound({ id });
      await reopen(unit, webhookId, id);
      return (await findDelivery(unit.tx, webhookId, id)) as WebhookDelivery;
    });
  }

  /** The oldest failed ones, at most 1,000. @throws `webhooks.disabled` */
  function replayFailed(actor: Actor, webhookId: string): Promise<ReplayedDeliveries> {
    return enabled(actor, webhookId, async (unit) => ({ replayed: await reopen(unit, webhookId, null) }));
  }

  async function reopen({ tx, enqueue, audit }: WebhooksUnit, webhookId: string, id: string | null): Promise<number> {
    const ids = await reopenDeliveries(tx, webhookId, { id, startedAt: now().toISOString() });
    for (const each of ids) enqueue(deliveryQueue, { ref: each, lane: 'low' });
    if (ids.length > 0) audit(entry('replayed', webhookId, { deliveries: ids.length, ...(id !== null && { id }) }));
    return ids.length;
  }

  function enabled<R>(actor: Actor, webhookId: string, work: (unit: WebhooksUnit) => Promise<R>): Promise<R> {
    return db.write(actor, async (unit) => {
      const { isEnabled } = orNotFound(await lockEndpoint(unit.tx, webhookId), webhookId);
      if (!isEnabled) throw webhookErrors.disabled({ id: webhookId });
      return work(unit);
    });
  }

  /** Deletes deliveries of more than 30 days ago, in short units. */
  async function tidy(signal: AbortSignal): Promise<WorkResult<WebhooksTables>> {
    const before = smallestIdAt(now().getTime() - KEEP_MS);
    for (let after: string | null = smallestIdAt(0); after !== null && !signal.aborted;) {
      const from: string = after;
      after = await db.write(system('webhooks'), ({ tx }) => deleteDeliveries(tx, from, before, DELETED));
    }
    return { write: async () => {} };
  }

  return { subscriptions: heard.map(hear), handle, list, get, sendTest, replay, replayFailed, tidy };
}

export type Deliveries = ReturnType<typeof createDeliveries>;

const ENDED = { status: 'failed', nextAttemptAt: null } as const;
const WELL = { failures: 0, failingSince: null, pausedUntil: null } as const;

function noted(attempts: number, { status, body, error }: Outcome, at: Date) {
  const lastAttemptAt = at.toISOString();
  return { attempts: attempts + 1, lastAttemptAt, responseStatus: status, responseBody: body, error };
}

/** Only 2xx is success; redirects are not followed. */
function toOutcome({ status, headers, body }: OutboundAnswer, at: Date): Outcome {
  const excerpt = body.toString().replaceAll('\0', '').slice(0, EXCERPT);
  const isSuccess = status >= 200 && status < 300;
  return {
    error: isSuccess ? null : `the answer was ${status}`,
    status,
    body: excerpt,
    isFinal: status === 410,
    retryAfterMs: parseRetryAfter(headers['retry-after'], at),
  };
}
