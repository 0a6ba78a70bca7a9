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
    /** Messages within so many minutes become one; null: each by itself. */
    digestMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 1440 })),
  },
  { title: 'NotificationChoice' },
);

/** What a person wants to hear of, where and when. In-app always comes; `security` can neither be declined nor put off. */
export const Preferences = Type.Object(
  {
    timeZone: Type.String(),
    /** In the person's own zone, over midnight where `to` is earlier; what comes meanwhile waits. */
    quietHours: Type.Unsafe<Static<typeof QuietHours> | null>({
      ...QuietHours,
      type: ['object', 'null'],
    }),
    choices: Type.Array(Choice),
  },
  { title: 'NotificationPreferences' },
);
export type Preferences = Static<typeof Preferences>;

/** What is left out stays as it is; of `choices` those that are named change. */
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
