import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { Unit } from '#platform/database/port.ts';
import type { WebhookDelivery, Webhook } from './contract.ts';

/** Null in a new row. */
type Later<T> = ColumnType<T | null, undefined, T | null>;

/** Mirrors migrations/; the only tables this module can name. */
export type WebhooksTables = {
  'webhooks.endpoint': Pick<Webhook, 'id' | 'eventTypes'> & {
    urlSealed: Buffer;
    secretSealed: Buffer;
    previousSealed: Later<Buffer>;
    previousUntil: Later<string>;
    description: Generated<string>;
    isEnabled: Generated<boolean>;
    disabledReason: Later<NonNullable<Webhook['disabledReason']>>;
    failingSince: Later<string>;
    pausedUntil: Later<string>;
    /** In a row. */
    failures: Generated<number>;
    createdBy: string | null;
    createdAt: Generated<string>;
    updatedAt: Generated<string>;
    version: Generated<number>;
  };
  'webhooks.delivery': Pick<WebhookDelivery, 'id' | 'eventType' | 'occurredAt'> & {
    endpointId: string;
    data: ColumnType<WebhookDelivery['data'], string, never>;
    status: Generated<WebhookDelivery['status']>;
    startedAt: Generated<string>;
    attempts: Generated<number>;
    lastAttemptAt: Later<string>;
    nextAttemptAt: Later<string>;
    responseStatus: Later<number>;
    responseBody: Later<string>;
    error: Later<string>;
  };
};

export type WebhooksReader = Kysely<WebhooksTables>;
export type WebhooksWriter = Transaction<WebhooksTables>;
export type WebhooksUnit = Unit<WebhooksTables>;
