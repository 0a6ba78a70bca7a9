import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';

const EXAMPLE = { url: 'https://example.com/hooks', eventTypes: ['*'], description: 'CRM' };
const ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';
const AT = '2026-11-28T08:00:00.000Z';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const WEBHOOK = {
  id: ID,
  ...EXAMPLE,
  isEnabled: true,
  disabledReason: null,
  failingSince: null,
  createdAt: AT,
  updatedAt: AT,
  version: 1,
};

const EventType = Type.String({
  maxLength: 120,
  pattern: '^(\\*|[a-z0-9_]+(\\.[a-z0-9_]+)*\\.v\\d{1,4})$',
  examples: ['*'],
});
const EventTypes = Type.Array(EventType, {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  description: 'Types of events, as `GET /api/v1/observability/events/catalog` lists them; `*` is all of them.',
});
const fields = {
  url: Type.String({ minLength: 1, maxLength: 2000, description: 'Gets a POST for each event. No internal address.' }),
  eventTypes: EventTypes,
  description: Type.String({ maxLength: 200, pattern: `^$|${VISIBLE_PATTERN}` }),
};

/** An address outside that gets events. */
export const Webhook = Type.Object(
  {
    id: Id,
    ...fields,
    description: Type.String(),
    isEnabled: Type.Boolean(),
    disabledReason: NullableOneOf('failing', 'gone', 'manual'),
    failingSince: Type.With(Nullable(Instant), { description: 'First failure since the last success; null: none' }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  {
    title: 'Webhook',
    examples: [WEBHOOK],
  },
);
export type Webhook = Static<typeof Webhook>;

export const NewWebhook = Type.Object(
  { url: fields.url, eventTypes: fields.eventTypes, description: Type.Optional(fields.description) },
  { title: 'NewWebhook', examples: [EXAMPLE] },
);
export type NewWebhook = Static<typeof NewWebhook>;

export const WebhookChange = Type.Object(
  {
    ...Type.Partial(Type.Object(fields)).properties,
    isEnabled: Type.Optional(Type.Boolean({ description: 'Enabling it again forgets its failures.' })),
  },
  { title: 'WebhookChange', minProperties: 1, examples: [{ isEnabled: true }] },
);
export type WebhookChange = Static<typeof WebhookChange>;

const Secret = Type.String({
  description: 'Signs each delivery, as the Standard Webhooks specification says. No other answer contains it.',
  examples: [SECRET],
});

export const CreatedWebhook = Type.Object(
  { ...Webhook.properties, secret: Secret },
  { title: 'CreatedWebhook', examples: [{ ...WEBHOOK, secret: SECRET }] },
);
export type CreatedWebhook = Static<typeof CreatedWebhook>;

export const SecretRotation = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        description: 'For so long deliveries are signed by the former secret too. Default: 24.',
      }),
    ),
  },
  { title: 'SecretRotation', examples: [{ overlapHours: 24 }] },
);
export type SecretRotation = Static<typeof SecretRotation>;

export const NewSecret = Type.Object(
  { secret: Secret, previousValidUntil: Instant },
  { title: 'NewSecret', examples: [{ secret: SECRET, previousValidUntil: AT }] },
);
export type NewSecret = Static<typeof NewSecret>;

/** One event on its way to one webhook. */
export const WebhookDelivery = Type.Object(
  {
    id: Type.With(Id, { description: 'Also `webhook-id`: the same at every attempt and replay' }),
    eventType: Type.String(),
    data: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    occurredAt: Instant,
    status: OneOf('pending', 'succeeded', 'failed'),
    attempts: Type.Integer(),
    lastAttemptAt: Nullable(Instant),
    nextAttemptAt: Nullable(Instant),
    responseStatus: Nullable(Type.Integer()),
    responseBody: Type.With(Nullable(Type.String()), { description: 'Its first 1,000 characters' }),
    error: Nullable(Type.String()),
  },
  {
    title: 'WebhookDelivery',
    examples: [
      {
        id: ID,
        eventType: 'webhooks.test.v1',
        data: { webhookId: ID },
        occurredAt: AT,
        status: 'succeeded',
        attempts: 1,
        lastAttemptAt: AT,
        nextAttemptAt: null,
        responseStatus: 204,
        responseBody: '',
        error: null,
      },
    ],
  },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const DeliveryQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(Type.With(OneOf('pending', 'succeeded', 'failed'), { description: 'Only those.' })),
});
export type DeliveryQuery = Static<typeof DeliveryQuery>;

export const ReplayedDeliveries = Type.Object(
  { replayed: Type.Integer({ description: 'At most 1,000; call again for more.' }) },
  { title: 'ReplayedDeliveries', examples: [{ replayed: 12 }] },
);
export type ReplayedDeliveries = Static<typeof ReplayedDeliveries>;

export const webhookPermissions = {
  read: definePermission('webhooks.read', 'See webhooks and their deliveries'),
  manage: definePermission('webhooks.manage', 'Create, change and delete webhooks, and replay deliveries'),
};

export const webhookErrors = {
  notFound: defineError('webhooks.not_found', 404, 'No such webhook'),
  deliveryNotFound: defineError('webhooks.delivery_not_found', 404, 'No such delivery'),
  urlRefused: defineError('webhooks.url_refused', 400, 'This address cannot get webhooks'),
  eventUnknown: defineError('webhooks.event_unknown', 400, 'No such type of event'),
  tooMany: defineError('webhooks.too_many', 409, 'There are as many webhooks as there may be'),
  disabled: defineError('webhooks.disabled', 409, 'The webhook is disabled'),
};

export const webhookEvents = {
  disabled: defineEvent(
    'webhooks.disabled',
    1,
    'webhookId',
    Type.Object({ webhookId: Type.String(), reason: Type.String() }),
  ),
};
