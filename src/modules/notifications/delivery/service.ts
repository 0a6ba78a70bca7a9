import type { Branding } from '#platform/branding/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { Tracer } from '#platform/telemetry/port.ts';
import { worker } from '#platform/work/port.ts';
import type { Channels } from '../channels/port.ts';
import { workOptions } from '../jobs.ts';
import type { NotificationsConfig } from '../needs.ts';
import { deliveryQueues } from '../schedules/release.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables } from '../tables.ts';
import { createDeliver } from './deliver.ts';
import { deleteOldSeconds } from './rate-limit-queries.ts';
import { createReserveAttempt } from './reserve-attempt.ts';

const BURST = 64; // more slots while providers are fast; a process that dies has used this many attempts

export interface MessageDeliveryNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly channels: Channels;
  readonly config: NotificationsConfig;
  readonly branding: Branding;
  readonly tracer: Tracer;
  readonly now: () => Date;
}

/** Sends released messages: reserves an attempt, gives the message to a provider, and records the outcome. */
export function createDelivery({ db, sealing, channels, config, branding, tracer, now }: MessageDeliveryNeeds) {
  const { notificationAttempts: maxAttempts, notificationRetryBaseMs: baseMs } = config;
  const limits = {
    maxAttempts,
    perRecipientPerMinute: config.notificationsPerRecipient,
    perSecond: config.notificationsPerSecond,
  };
  const reserveAttempt = createReserveAttempt({ db, now, limits, timeZone: branding.timeZone });
  const isDevelopment = config.mode === 'development';
  const retry = { maxAttempts, baseMs };
  const deliver = createDeliver({ reserveAttempt, channels, sealing, tracer, now, retry, isDevelopment });
  return {
    deleteOldSeconds,
    workers: [...deliveryQueues.values()].map((queue) =>
      worker({ queue, ...workOptions, slots: { burst: BURST }, handle: deliver }),
    ),
  };
}
