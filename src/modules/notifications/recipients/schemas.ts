import { Type, type Static } from 'typebox';
import { Nullable, OneOf } from '#kernel/schema.ts';
import { Channel } from '../contract.ts';

const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['22:00'] });
const QuietHours = Type.Object({ from: Time, to: Time });
const Choice = Type.Object(
  {
    category: Type.With(OneOf('general', 'reminders', 'incidents', 'product'), { examples: ['reminders'] }),
    channel: Channel,
    isWanted: Type.Boolean({ description: 'Whether messages of the category come over the channel' }),
    digestMinutes: Nullable(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        description: 'Messages within so many minutes are sent as one; null sends each by itself',
        examples: [null],
      }),
    ),
  },
  { title: 'NotificationChoice' },
);

/** Which messages a person wants. In-app messages always arrive; `security` can neither be declined nor delayed. */
export const Preferences = Type.Object(
  {
    timeZone: Type.String({ description: 'IANA name', examples: ['Asia/Tehran'] }),
    quietHours: Type.With(
      Type.Unsafe<Static<typeof QuietHours> | null>({
        ...QuietHours,
        type: ['object', 'null'],
      }),
      {
        description: 'In the time zone of the person, over midnight if `to` is earlier. Messages wait until they end.',
        examples: [{ from: '22:00', to: '07:00' }],
      },
    ),
    choices: Type.Array(Choice),
  },
  {
    title: 'NotificationPreferences',
    description: 'What is sent, where and when. The inbox gets everything; `security` cannot be declined or delayed.',
  },
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
  {
    title: 'NotificationPreferencesChange',
    minProperties: 1,
    description: 'Fields and choices that are left out stay as they are.',
    examples: [
      {
        quietHours: { from: '22:00', to: '07:00' },
        choices: [{ category: 'reminders', channel: 'email', isWanted: true }],
      },
    ],
  },
);
export type PreferencesChange = Static<typeof PreferencesChange>;

export const PushKey = Type.Object(
  {
    publicKey: Type.String({
      description: 'Uncompressed point of P-256 in base64url',
      examples: ['BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'],
    }),
  },
  { title: 'PushKey' },
);
export type PushKey = Static<typeof PushKey>;
