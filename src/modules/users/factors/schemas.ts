import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { DeviceToken } from '../schemas.ts';

export const ChallengeToken = Type.String({ minLength: 1, maxLength: 100 });
const Base64Url = Type.String({ minLength: 1, maxLength: 100_000, pattern: '^[\\w-]+$' });

const SecondFactor = OneOf('totp', 'passkey', 'recoveryCode');
export type SecondFactor = Static<typeof SecondFactor>;

/** The first step was accepted; send `challengeToken` to /users/login/mfa or /users/passkeys/login/start. */
export const MfaRequired = Type.Object(
  { mfaRequired: Type.Literal(true), challengeToken: Type.String(), methods: Type.Array(SecondFactor) },
  { title: 'MfaRequired' },
);
export type MfaRequired = Static<typeof MfaRequired>;
export const MfaState = Type.Object(
  { totp: Type.Boolean(), passkeys: Type.Integer(), recoveryCodesLeft: Type.Integer() },
  { title: 'MfaState' },
);
export type MfaState = Static<typeof MfaState>;

/** Shown once. `uri` is the content of the QR code. */
export const TotpSecret = Type.Object({ secret: Type.String(), uri: Type.String() }, { title: 'TotpSecret' });

/** Shown once; null where there are codes already. */
export const FirstRecoveryCodes = Type.Object({
  recoveryCodes: Type.Union([Type.Array(Type.String()), Type.Null()]),
});
export const NewRecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) }, { title: 'RecoveryCodes' });

export const Passkey = Type.Object(
  {
    id: Id,
    name: Type.String(),
    /** Synchronised to several devices by their platform: losing one device does not lose the passkey. */
    isBackedUp: Type.Boolean(),
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
    options: Type.Unsafe<PublicKeyCredentialCreationOptionsJSON>(Type.Object({}, open)),
  },
  { title: 'PasskeyCreation' },
);
export const PasskeyRequest = Type.Object(
  { challengeToken: Type.String(), options: Type.Unsafe<PublicKeyCredentialRequestOptionsJSON>(Type.Object({}, open)) },
  { title: 'PasskeyRequest' },
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
    credential: Registered,
    /** Default: the browser and system that made it. */
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 80, pattern: '^(?!\\s*$)[^\\p{Cc}]*$' })),
  },
  { title: 'PasskeyToRegister' },
);
export type PasskeyToRegister = Static<typeof PasskeyToRegister>;

/** With the `challengeToken` of a sign-in that needs a second factor; left out, a sign-in without a password. */
export const PasskeyStart = Type.Object({ challengeToken: Type.Optional(ChallengeToken) });
export type PasskeyStart = Static<typeof PasskeyStart>;

export const PasskeyAnswer = Type.Object(
  { challengeToken: ChallengeToken, credential: Assertion, deviceToken: Type.Optional(DeviceToken) },
  { title: 'PasskeyAnswer' },
);
export type PasskeyAnswer = Static<typeof PasskeyAnswer>;
