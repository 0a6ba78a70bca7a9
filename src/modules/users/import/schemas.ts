import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { Instant, LanguageName } from '#kernel/schema.ts';
import { Registration } from '../contract.ts';
import { MetadataChange } from '../metadata/schemas.ts';
import { FirebaseHash } from './hash-spellings.ts';

const Identity = Type.Object(
  { issuer: Type.String({ minLength: 1, maxLength: 500 }), subject: Type.String({ minLength: 1, maxLength: 500 }) },
  { additionalProperties: false },
);

/** Why a line of an import is refused. */
export type RefusalCode =
  | 'too_long'
  | 'not_utf8'
  | 'not_json'
  | 'invalid'
  | 'unknown_field'
  | 'duplicate'
  | 'hash_invalid'
  | 'metadata_invalid'
  | 'role_unknown'
  | 'email_taken'
  | 'phone_taken'
  | 'provider_unknown'
  | 'identity_unproved'
  | 'identity_taken';

/** One line of an import or an export: one person. */
export const PersonLine = Type.Object(
  {
    externalId: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' }),
    /** One of both at least. `emailVerified` beside `email`; a number is a verified one. */
    email: Type.Optional(Type.String({ maxLength: 254 })), // of any script: `parseEmail` decides
    emailVerified: Type.Optional(Type.Boolean()),
    phone: Type.Optional(Type.String({ maxLength: 100 })),
    /** Empty for people whose provider knows no last name, or who came by a code alone. */
    firstName: Type.With(Registration.properties.firstName, { minLength: 0, pattern: `^$|${NAME_PATTERN}` }),
    lastName: Type.With(Registration.properties.lastName, { minLength: 0, pattern: `^$|${NAME_PATTERN}` }),
    language: Type.Optional(LanguageName),
    passwordHash: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 2000 }), FirebaseHash])),
    roles: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 50, uniqueItems: true }),
    ),
    ...MetadataChange.properties,
    identities: Type.Optional(Type.Array(Identity, { maxItems: 20, uniqueItems: true })),
    disabled: Type.Optional(Type.Boolean()),
    createdAt: Type.Optional(Instant),
  },
  { additionalProperties: false, title: 'PersonLine' },
);
export type PersonLine = Static<typeof PersonLine>;
