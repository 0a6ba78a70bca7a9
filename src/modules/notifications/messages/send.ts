import { withTables } from '#platform/database/port.ts';
import type { Channel, NotificationsApi } from '../contract.ts';
import { findRecipient, type KnownReader } from '../recipients/queries.ts';
import type { MessageSealing } from '../sealing.ts';
import { countNotices } from '../queries.ts';
import type { NotificationsReader, NotificationsTables } from '../tables.ts';
import { hasTexts } from '../templates/queries.ts';
import type { Compose } from './compose.ts';

const DAY_MS = 86_400_000;
const NOTICES_A_DAY = 10; // by SMS, to one person

export interface SendNeeds {
  readonly compose: Compose;
  readonly sealing: MessageSealing;
}

/** Messages of other modules, by the templates that they declare. */
export function createSend({ compose, sealing }: SendNeeds): NotificationsApi['send'] {
  return async (anyUnit, message) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const { to, template: builtIn, variables, category, occurrence } = message;
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
    if (!('userId' in to)) {
      const { readerId } = to;
      const [channel, address] = 'email' in to ? (['email', to.email] as const) : (['sms', to.phone] as const);
      const reader = readerId === undefined ? undefined : await findRecipient(unit.tx, readerId);
      const { languages = [to.language], timeZone = null } = reader ?? {};
      await compose(unit, { ...rest, channel, to: { userId: null, address }, languages, timeZone });
      return;
    }
    const recipient = await findRecipient(unit.tx, to.userId);
    if (!recipient) return;
    const { userId, languages, timeZone } = recipient;
    for (const channel of await reachedBy(unit.tx, recipient, message)) {
      const address = addressOf(sealing, recipient, channel);
      if (address === null) continue;
      await compose(unit, { ...rest, channel, to: { userId, address }, languages, timeZone });
    }
  };
}

/**
 * The wanted channels, with an SMS in place of an e-mail that has no address. Each SMS is paid for, and people cause notices as
 * often as they change something: those beyond so many in a day go to the inbox. Codes are bounded by who sends them.
 */
async function reachedBy(
  tx: NotificationsReader,
  { userId, emailSealed }: KnownReader,
  { channels = ['email'], template, expiresAt, occurrence }: Parameters<NotificationsApi['send']>[1],
): Promise<Set<Channel>> {
  const wanted = new Set<Channel>(
    channels.map((channel) => (channel === 'email' && emailSealed === null ? 'sms' : channel)),
  );
  if (!wanted.has('sms') || expiresAt !== undefined) return wanted;
  const since = new Date(Date.parse(occurrence?.at ?? new Date().toISOString()) - DAY_MS).toISOString();
  const maySms = (await hasTexts(tx, template, 'sms')) && (await countNotices(tx, userId, since)) < NOTICES_A_DAY;
  if (maySms) return wanted;
  wanted.delete('sms');
  return (await hasTexts(tx, template, 'inApp')) ? wanted.add('inApp') : wanted;
}

/** Where a person is reached by a channel: null where they are not, and where the channel has addresses that nobody verifies. */
export function addressOf(sealing: MessageSealing, person: KnownReader, channel: Channel): string | null {
  if (channel === 'inApp') return person.userId;
  if (channel === 'email') return sealing.openEmail(person);
  return channel === 'sms' ? sealing.openPhone(person) : null;
}
