import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { DeviceToken } from '../schemas.ts';

export const ChallengeToken = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Of the step before',
  examples: ['bnc_c7Hq0Lr5…'],
});
const Base64Url = Type.String({ minLength: 1, maxLength: 100_000, pattern: '^[\\w-]+$' });

const SecondFactor = OneOf('totp', 'passkey', 'recoveryCode');
export type SecondFactor = Static<typeof SecondFactor>;

/** The first step was accepted; send `challengeToken` to /users/login/mfa or /users/passkeys/login/start. */
export const MfaRequired = Type.Object(
  {
    mfaRequired: Type.Literal(true),
    challengeToken: Type.String({
      description: 'For `finishLogin` or `startPasskeyLogin`, valid for a few minutes',
      examples: ['bnc_c7Hq0Lr5…'],
    }),
    methods: Type.Array(SecondFactor, { examples: [['totp', 'recoveryCode']] }),
  },
  { title: 'MfaRequired', description: 'The first step was accepted; a second factor is needed.' },
);
export type MfaRequired = Static<typeof MfaRequired>;
export const MfaState = Type.Object(
  {
    totp: Type.Boolean({ description: 'An authenticator app is set up' }),
    passkeys: Type.Integer({ examples: [1] }),
    recoveryCodesLeft: Type.Integer({ examples: [10] }),
  },
  { title: 'MfaState' },
);
export type MfaState = Static<typeof MfaState>;

/** Shown once. `uri` is the content of the QR code. */
export const TotpSecret = Type.Object(
  {
    secret: Type.String({ examples: ['JBSW…'] }),
    uri: Type.String({
      description: 'What the QR code holds',
      examples: [
        'otpauth://totp/api.example.com:sara%40example.com?issuer=api.example.com&secret=JBSW…&algorithm=SHA1&digits=6&period=30',
      ],
    }),
  },
  { title: 'TotpSecret', description: 'Shown only once.' },
);

/** Shown once; null where there are codes already. */
export const FirstRecoveryCodes = Type.Object({
  recoveryCodes: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'Shown only once; null if the account has codes already',
    examples: [['4k7pxm-…', '9xq2hd-…']],
  }),
});
export const NewRecoveryCodes = Type.Object(
  {
    recoveryCodes: Type.Array(Type.String(), {
      description: 'Shown only once; each works once',
      examples: [['4k7pxm-…', '9xq2hd-…']],
    }),
  },
  { title: 'RecoveryCodes' },
);

export const Passkey = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['Chrome on Android'] }),
    isBackedUp: Type.Boolean({ description: 'The platform keeps it on several devices' }),
    isSecondFactorOnly: Type.Boolean({
      description: 'A security key that does not verify its user: it works after the password, never alone',
    }),
    createdAt: Instant,
    lastUsedAt: Nullable(Instant),
  },
  { title: 'Passkey' },
);
export type Passkey = Static<typeof Passkey>;
export const NewPasskey = Type.Object(
  { ...Passkey.properties, ...FirstRecoveryCodes.properties },
  { title: 'NewPasskey' },
);
export type NewPasskey = Static<typeof NewPasskey>;

/** The JSON forms of the browser's `PublicKeyCredential` (WebAuthn, level 3). */
const open = { additionalProperties: true };
export const PasskeyCreation = Type.Object(
  {
    challengeToken: Type.String(),
    options: Type.With(Type.Unsafe<PublicKeyCredentialCreationOptionsJSON>(Type.Object({}, open)), {
      description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON()`',
    }),
  },
  {
    title: 'PasskeyCreation',
    examples: [
      {
        challengeToken: 'bnc_c7Hq0Lr5…',
        options: {
          challenge: 'kX3v…',
          rp: { id: 'api.example.com', name: 'api.example.com' },
          user: { id: 'AZqw…', name: 'sara@example.com', displayName: 'سارا محمدی' },
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        },
      },
    ],
  },
);
export const PasskeyRequest = Type.Object(
  {
    challengeToken: Type.String(),
    options: Type.With(Type.Unsafe<PublicKeyCredentialRequestOptionsJSON>(Type.Object({}, open)), {
      description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON()`',
    }),
  },
  {
    title: 'PasskeyRequest',
    examples: [
      {
        challengeToken: 'bnc_c7Hq0Lr5…',
        options: { challenge: 'kX3v…', rpId: 'api.example.com', userVerification: 'required' },
      },
    ],
  },
);
const credential = {
  id: Base64Url,
  rawId: Base64Url,
  type: Type.Literal('public-key'),
  clientExtensionResults: Type.Object({}, open),
};
const Attested = Type.Object({ clientDataJSON: Base64Url, attestationObject: Base64Url }, open);
const Asserted = Type.Object({ clientDataJSON: Base64Url, authenticatorData: Base64Url, signature: Base64Url }, open);
export const Registered = Type.Unsafe<RegistrationResponseJSON>(
  Type.Object({ ...credential, response: Attested }, open),
);
export const Assertion = Type.Unsafe<AuthenticationResponseJSON>(
  Type.Object({ ...credential, response: Asserted }, open),
);

export const PasskeyToRegister = Type.Object(
  {
    challengeToken: ChallengeToken,
    credential: Type.With(Registered, { description: '`toJSON()` of what `navigator.credentials.create()` returned' }),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 80,
        pattern: NAME_PATTERN,
        description: 'By default the browser and system',
      }),
    ),
  },
  {
    title: 'PasskeyToRegister',
    examples: [
      {
        challengeToken: 'bnc_c7Hq0Lr5…',
        credential: {
          id: 'AZqw8n2K',
          rawId: 'AZqw8n2K',
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON: 'eyJ0eXBl', attestationObject: 'o2NmbXRk' },
        },
        name: 'گوشی سارا',
      },
    ],
  },
);
export type PasskeyToRegister = Static<typeof PasskeyToRegister>;

/** With the `challengeToken` of a sign-in that needs a second factor; left out, a sign-in without a password. */
export const PasskeyStart = Type.Object(
  {
    challengeToken: Type.Optional(
      Type.With(ChallengeToken, {
        description: 'Of `login`, for a second step; leave it out to sign in without a password',
      }),
    ),
  },
  { examples: [{ challengeToken: 'bnc_c7Hq0Lr5…' }] },
);
export type PasskeyStart = Static<typeof PasskeyStart>;

export const PasskeyAnswer = Type.Object(
  {
    challengeToken: ChallengeToken,
    credential: Type.With(Assertion, { description: '`toJSON()` of what `navigator.credentials.get()` returned' }),
    deviceToken: Type.Optional(DeviceToken),
  },
  {
    title: 'PasskeyAnswer',
    examples: [
      {
        challengeToken: 'bnc_c7Hq0Lr5…',
        credential: {
          id: 'AZqw8n2K',
          rawId: 'AZqw8n2K',
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON: 'eyJ0eXBl', authenticatorData: 'SZYN5YgO', signature: 'MEUCIQDx' },
        },
      },
    ],
  },
);
export type PasskeyAnswer = Static<typeof PasskeyAnswer>;
