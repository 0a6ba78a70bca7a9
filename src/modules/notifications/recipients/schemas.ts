import { Type, type Static } from 'typebox';
import { Nullable, OneOf } from '#kernel/schema.ts';
import { Channel } from '../contract.ts';

const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
const QuietHours = Type.Object({ from: Time, to: Time });
const Choice = Type.Object(
  {
    category: OneOf('general', 'reminders', 'incidents', 'product'),
    channel: Channel,
    isWanted: Type.Boolean(),
    /** Messages within this time become one; null: each message is sent by itself. */
    digestMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 1440 })),
  },
  { title: 'NotificationChoice' },
);

/** Which messages a person wants. In-app messages always arrive; `security` can neither be declined nor delayed. */
export const Preferences = Type.Object(
  {
    timeZone: Type.String(),
    /** In the person's time zone, over midnight where `to` is earlier; messages wait until they end. */
    quietHours: Type.Unsafe<Static<typeof QuietHours> | null>({
      ...QuietHours,
      type: ['object', 'null'],
    }),
    choices: Type.Array(Choice),
  },
  { title: 'NotificationPreferences' },
);
export type Preferences = Static<typeof Preferences>;

/** Fields that are left out, and choices that are not listed, stay unchanged. */
export const PreferencesChange = Type.Object(
  {
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    quietHours: Type.Optional(Preferences.properties.quietHours),
    choices: Type.Optional(
      Type.Array(
        Type.Object({
          category: Choice.properties.category,
          channel: Channel,
          isWanted: Type.Boolean(),
          digestMinutes: Type.Optional(Choice.properties.digestMinutes),
        }),
        { maxItems: 50 },
      ),
    ),
  },
  { title: 'NotificationPreferencesChange', minProperties: 1 },
);
export type PreferencesChange = Static<typeof PreferencesChange>;
