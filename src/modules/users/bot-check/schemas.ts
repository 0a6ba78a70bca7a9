import { Type } from 'typebox';
import { Nullable, OneOf } from '#kernel/schema.ts';

export const BotCheckState = Type.Object(
  {
    kind: Type.With(OneOf('none', 'altcha', 'turnstile'), {
      description: 'What makes a proof: nothing is asked, the ALTCHA widget, or the widget of Turnstile',
    }),
    siteKey: Type.With(Nullable(Type.String({ examples: ['0x4AAAAAAA'] })), { description: 'For Turnstile' }),
    isAlways: Type.Boolean({ description: 'Whether it is asked for every time, and not only after many requests' }),
  },
  { title: 'BotCheckState' },
);

export const BotChallenge = Type.Object(
  {
    parameters: Type.Record(Type.String(), Type.Unknown(), {
      description: 'As the ALTCHA widget reads them',
      examples: [{ algorithm: 'PBKDF2/SHA-256', cost: 5000 }],
    }),
    signature: Type.String({ examples: ['2f9c…'] }),
  },
  {
    title: 'BotChallenge',
    examples: [{ parameters: { algorithm: 'PBKDF2/SHA-256', cost: 5000, keyPrefix: 'a1b2' }, signature: '2f9c' }],
  },
);

/** The header of requests that may need a proof. */
export const PROOF = { 'X-Bot-Proof': 'Shows that no bot sends this, if it is asked for: see `getBotCheck`' };
