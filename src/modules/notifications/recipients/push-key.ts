import type { ProviderConfig } from '#platform/config/port.ts';
import { toVapid } from '../channels/protocols/push-encryption.ts';
import { notificationErrors } from '../contract.ts';
import type { PushKey } from './schemas.ts';

/** The key of this installation (VAPID) that browsers need in order to subscribe to Web Push. */
export function createPushKey({
  providers,
  vapidPrivateKey,
}: Pick<ProviderConfig, 'providers' | 'vapidPrivateKey'>): () => PushKey {
  const isConfigured = providers.includes('webPush') && vapidPrivateKey !== null;
  const publicKey = isConfigured ? toVapid(vapidPrivateKey).publicKey : null;
  return () => {
    if (publicKey === null) throw notificationErrors.pushNotConfigured();
    return { publicKey };
  };
}
