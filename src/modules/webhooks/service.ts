import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { pageOf, type PageQuery } from '#kernel/page.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { CreatedWebhook, NewSecret, NewWebhook, SecretRotation, Webhook, WebhookChange } from './contract.ts';
import { webhookErrors } from './contract.ts';
import type { WebhooksNeeds } from './needs.ts';
import {
  changeEndpoint,
  countEndpoints,
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockCreation,
  lockEndpoint,
  toWebhook,
  type StoredEndpoint,
} from './queries.ts';
import type { WebhookSealing } from './secrets.ts';
import type { WebhooksUnit } from './tables.ts';

const MAX_WEBHOOKS = 100; // of the installation: each event looks through them
const SECRET_BYTES = 32;
const OVERLAP_HOURS = 24;
const HOUR_MS = 3_600_000;

/** The addresses outside that get events. They belong to the installation: everybody with the permission manages all. */
export function createWebhookService({
  db,
  outbound,
  heard,
  now,
  sealing,
}: WebhooksNeeds & { readonly sealing: WebhookSealing }) {
  const types = new Set(['*', ...heard.map(({ type }) => type)]);
  const shown = (row: StoredEndpoint) => toWebhook(row, sealing);

  const list = async (query: PageQuery) => pageOf((await listEndpoints(db.read)).map(shown), query, 'listWebhooks');

  /** @throws `webhooks.not_found`; so does every method here that takes an id. */
  async function get(id: string): Promise<Webhook> {
    return shown(orNotFound(await findEndpoint(db.read, id), id));
  }

  /** @throws `webhooks.url_refused`, `webhooks.event_unknown`, `webhooks.too_many` */
  function create(actor: Actor, { url, eventTypes, description = '' }: NewWebhook): Promise<CreatedWebhook> {
    check({ url, eventTypes });
    const [id, secret] = [newId(), newSecret()];
    return db.write(actor, async ({ tx, audit }) => {
      await lockCreation(tx);
      if ((await countEndpoints(tx)) >= MAX_WEBHOOKS) throw webhookErrors.tooMany({ limit: MAX_WEBHOOKS });
      const row = await insertEndpoint(tx, {
        id,
        urlSealed: sealing.url.seal(id, url),
        secretSealed: sealing.secret.seal(id, secret),
        eventTypes,
        description,
        createdBy: actor.id,
      });
      audit(entry('created', id, { host: hostOf(url), eventTypes }));
      return { ...shown(row), secret };
    });
  }

  /** @throws `webhooks.url_refused`, `webhooks.event_unknown`, `http.precondition_failed` */
  function edit(
    actor: Actor,
    id: string,
    { url, isEnabled, ...change }: WebhookChange,
    precondition: Precondition,
  ): Promise<Webhook> {
    check({ ...(url !== undefined && { url }), ...change });
    return changed(actor, id, precondition, async ({ tx, audit }, row) => {
      const edited = await changeEndpoint(tx, id, {
        ...change,
        ...(url !== undefined && { urlSealed: sealing.url.seal(id, url) }),
        ...(isEnabled !== undefined && isEnabled !== row.isEnabled && stateOf(isEnabled)),
      });
      const host = url === undefined ? undefined : hostOf(url);
      audit(entry('updated', id, { ...change, ...(host && { host }), ...(isEnabled !== undefined && { isEnabled }) }));
      return shown(edited);
    });
  }

  /** Deliveries under way end; those that wait are not sent. @throws `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return changed(actor, id, precondition, async ({ tx, audit }, { urlSealed }) => {
      await deleteEndpoint(tx, id);
      audit(entry('deleted', id, { host: hostOf(sealing.url.open(id, urlSealed)) }));
    });
  }

  /** The former secret signs beside the new one for some time, so that receivers can change theirs. */
  function rotateSecret(
    actor: Actor,
    id: string,
    { overlapHours = OVERLAP_HOURS }: SecretRotation,
    precondition: Precondition,
  ): Promise<NewSecret> {
    const secret = newSecret();
    const previousUntil = new Date(now().getTime() + overlapHours * HOUR_MS).toISOString();
    return changed(actor, id, precondition, async ({ tx, audit }, { secretSealed }) => {
      await changeEndpoint(tx, id, {
        secretSealed: sealing.secret.seal(id, secret),
        previousSealed: sealing.previous.seal(id, sealing.secret.open(id, secretSealed)),
        previousUntil,
      });
      audit(entry('secret_rotated', id, { previousUntil }));
      return { secret, previousValidUntil: previousUntil };
    });
  }

  function changed<R>(
    actor: Actor,
    id: string,
    precondition: Precondition,
    change: (unit: WebhooksUnit, row: StoredEndpoint) => Promise<R>,
  ): Promise<R> {
    return db.write(actor, async (unit) => {
      const row = orNotFound(await lockEndpoint(unit.tx, id), id);
      precondition.require(row.version);
      return change(unit, row);
    });
  }

  function check({ url, eventTypes = [] }: Partial<Pick<NewWebhook, 'url' | 'eventTypes'>>): void {
    const reason = url === undefined ? null : outbound.refuses(url);
    if (reason !== null) throw webhookErrors.urlRefused({ field: 'url', reason });
    const unknown = eventTypes.find((type) => !types.has(type));
    if (unknown !== undefined) throw webhookErrors.eventUnknown({ field: 'eventTypes', type: unknown });
  }

  return { list, get, create, edit, remove, rotateSecret };
}

export type WebhookService = ReturnType<typeof createWebhookService>;

/** Enabling forgets the failures: the next delivery is sent at once. */
function stateOf(isEnabled: boolean) {
  if (!isEnabled) return { isEnabled, disabledReason: 'manual' as const };
  return { isEnabled, disabledReason: null, failingSince: null, pausedUntil: null, failures: 0 };
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Paths and queries of addresses often contain a token. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

export function entry(what: string, resourceId: string, payload: Record<string, unknown>) {
  return { action: `webhooks.${what}`, resourceType: 'webhook', resourceId, payload };
}

export function orNotFound<Row>(row: Row | undefined, id: string): Row {
  if (row === undefined) throw webhookErrors.notFound({ id });
  return row;
}
