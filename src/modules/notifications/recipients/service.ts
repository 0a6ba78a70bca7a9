import type { Branding } from '#platform/branding/port.ts';
import { withTables, type Db } from '#platform/database/port.ts';
import type { ProviderConfig } from '#platform/config/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import type { Channel, NotificationsApi } from '../contract.ts';
import type { Suppressions } from '../delivery-reports/suppressions.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables } from '../tables.ts';
import { createPreferences } from './preferences.ts';
import { createPrivacy } from './privacy.ts';
import { createPushKey } from './push-key.ts';
import { upsertRecipients } from './queries.ts';
import { preferenceRoutes, pushKeyRoutes } from './routes.ts';
import { unsubscribeRoutes } from './unsubscribe-routes.ts';
import { createUnsubscribe } from './unsubscribe.ts';

export interface RecipientsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly keys: Keys;
  readonly sealing: MessageSealing;
  readonly enabled: readonly Channel[];
  readonly suppressions: Suppressions;
  readonly accessLists: AccessLists;
  readonly config: Pick<ProviderConfig, 'publicUrl' | 'providers' | 'vapidPrivateKey'>;
  readonly branding: Branding;
}

/** The recipients of messages: their addresses, their preferences, and the export and erasure of their data. */
export function createRecipients(needs: RecipientsNeeds) {
  const { sealing, config } = needs;
  const { publicUrl } = config;
  const preferences = createPreferences(needs);
  const unsubscribe = createUnsubscribe({ ...needs, publicUrl });

  const put: NotificationsApi['putRecipient'] = (unit, recipient) => putAll(unit, [recipient]);
  const putAll: NotificationsApi['putRecipients'] = (unit, recipients) =>
    upsertRecipients(
      withTables<NotificationsTables>(unit).tx,
      recipients.map(({ userId, email, phone = null, language, timeZone = null }) => ({
        userId,
        emailSealed: email === null ? null : sealing.sealEmail(userId, email),
        emailHash: email === null ? null : sealing.hash(email),
        phoneSealed: phone === null ? null : sealing.sealPhone(userId, phone),
        phoneHash: phone === null ? null : sealing.hash(phone),
        language,
        timeZone,
      })),
    );

  const { eraser, ...privacy } = createPrivacy({ ...needs, preferences });

  return {
    put,
    putAll,
    setReader: preferences.setReader,
    unsubscribe,
    privacy,
    eraser,
    preferenceRoutes: preferenceRoutes(preferences),
    pushKeyRoutes: pushKeyRoutes(createPushKey(config)),
    unsubscribeRoutes: unsubscribeRoutes(unsubscribe),
  };
}
