import { withTables } from '#platform/database/port.ts';
import type { Channel, NotificationsApi } from '../contract.ts';
import { findRecipient, type KnownReader } from '../recipients/queries.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables } from '../tables.ts';
import type { Compose } from './compose.ts';

export interface SendNeeds {
  readonly compose: Compose;
  readonly sealing: MessageSealing;
}

/** Messages of other modules, by the templates that they declare. */
export function createSend({ compose, sealing }: SendNeeds): NotificationsApi['send'] {
  return async (anyUnit, message) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const { to, channels = ['email'], template: builtIn, variables, category, occurrence } = message;
    const priority = message.priority ?? (category === 'security' ? 'high' : 'medium');
    const rest = {
      category,
      occurrence,
      priority,
      createdBy: null,
      source: { builtIn, variables },
      scheduledAt: null,
      expiresAt: message.expiresAt?.toISOString() ?? null,
      unwanted: 'skip' as const,
    };
    if ('email' in to) {
      const { email: address, readerId } = to;
      const reader = readerId === undefined ? undefined : await findRecipient(unit.tx, readerId);
      const { languages = [to.language], timeZone = null } = reader ?? {};
      await compose(unit, { ...rest, channel: 'email', to: { userId: null, address }, languages, timeZone });
      return;
    }
    const recipient = await findRecipient(unit.tx, to.userId);
    if (!recipient) return;
    const { userId, languages, timeZone } = recipient;
    for (const channel of channels) {
      const reader = { userId, address: addressOf(recipient, channel) };
      await compose(unit, { ...rest, channel, to: reader, languages, timeZone });
    }
  };

  function addressOf(recipient: KnownReader, channel: Channel): string {
    return channel === 'email' ? sealing.openEmail(recipient) : recipient.userId;
  }
}
