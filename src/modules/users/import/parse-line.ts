import { Compile } from 'typebox/compile';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { parseAssignedPhone } from '#kernel/forms/phone.ts';
import type { FirebaseParameters } from '../contract.ts';
import { localPart, toSpelling } from '../addresses/forms.ts';
import type { MetadataBounds } from '../metadata/bounds.ts';
import { mergePatch, type Fields } from '../metadata/merge-patch.ts';
import { refusalOfHash } from '../passwords/foreign-hashes.ts';
import { toHashForm } from './hash-spellings.ts';
import { PersonLine, type RefusalCode } from './schemas.ts';

const line = Compile(PersonLine);
const outsideId = Compile(PersonLine.properties.externalId);

/** Why a line is refused; neither has a value of the line except its outside id. */
export interface Refusal {
  readonly externalId: string | null;
  readonly code: RefusalCode;
  readonly reason: string;
}

/**
 * The addresses are in the form in which accounts are compared, the hash in the form in which they keep it. `spelling`: the e-mail
 * address as it is written, by which an account from before addresses had one form is found.
 */
export type ParsedPerson = Pick<PersonLine, 'externalId' | 'firstName' | 'lastName' | 'language' | 'createdAt'> & {
  readonly email: string | null;
  /** Null: `email` is. */
  readonly spelling: string | null;
  /** E.164. */
  readonly phone: string | null;
  /** Whether all its addresses are proved. */
  readonly isVerified: boolean;
  readonly passwordHash: string | null;
  readonly isDisabled: boolean;
  readonly roles: readonly string[];
  /** Null where nothing is kept about the person. */
  readonly metadata: Readonly<Record<'public' | 'private' | 'unsafe', Fields>> | null;
  readonly identities: readonly { readonly provider: string; readonly issuer: string; readonly subject: string }[];
};

export interface LineRules {
  readonly metadata: Pick<MetadataBounds, 'refusalOf' | 'refusalOfDepth'>;
  readonly firebase?: Partial<FirebaseParameters>;
  /** Name of the provider that identifies people of the issuer; null if there is none. */
  providerOf(issuer: string): string | null;
  now(): Date;
}

/** An object of JSON with an outside id, and not looked at otherwise. */
export interface ReadLine {
  readonly externalId: string;
  readonly value: object;
}

/** The caller bounds the length of the text. */
export function readLine(text: string): ReadLine | Refusal {
  const value = parseJson(text);
  if (value === undefined) return { externalId: null, code: 'not_json', reason: 'no JSON object' };
  const externalId = outsideIdOf(value);
  if (!isStorable(value))
    return {
      externalId,
      code: 'invalid',
      reason: 'a text has \\u0000 or half a surrogate pair, or a name is __proto__',
    };
  if (externalId === null)
    return { externalId, code: 'invalid', reason: '/externalId must have 1 to 200 characters without controls' };
  return { externalId, value };
}

/** All that a line alone tells. */
export function checkLine({ externalId, value }: ReadLine, rules: LineRules): ParsedPerson | Refusal {
  const refuse = (code: RefusalCode, reason: string): Refusal => ({ externalId, code, reason });

  const unknown = Object.keys(value).find((field) => !Object.hasOwn(PersonLine.properties, field));
  if (unknown !== undefined) return refuse('unknown_field', `there is no field ${unknown.slice(0, 100)}`);
  if (!line.Check(value)) return refuse('invalid', reasonOf(value));
  const addresses = toAddresses(value);
  if ('reason' in addresses) return refuse('invalid', addresses.reason);
  if (value.createdAt !== undefined && new Date(value.createdAt) > rules.now())
    return refuse('invalid', '/createdAt is in the future');

  const passwordHash = toHash(value, rules);
  if (passwordHash !== null && typeof passwordHash !== 'string') return refuse('hash_invalid', passwordHash.reason);
  const metadata = toMetadata(value, rules);
  if (metadata !== null && 'reason' in metadata) return refuse('metadata_invalid', metadata.reason);

  const identities = (value.identities ?? []).map((one) => ({ ...one, provider: rules.providerOf(one.issuer) ?? '' }));
  if (identities.some(({ provider }) => provider === ''))
    return refuse('provider_unknown', 'no configured provider has the issuer of an identity');
  // Who registered the address of another person elsewhere would get the account as soon as that person proves it.
  if (identities.length > 0 && !addresses.isVerified)
    return refuse('identity_unproved', 'identities need an address that is verified');

  const { firstName, lastName, language, createdAt, disabled = false, roles = [] } = value;
  return {
    externalId,
    ...addresses,
    firstName,
    lastName,
    ...(language !== undefined && { language }),
    ...(createdAt !== undefined && { createdAt }),
    passwordHash,
    isDisabled: disabled,
    roles,
    metadata,
    identities,
  };
}

interface Reason {
  readonly reason: string;
}

/** A number is one that the other system has verified; so an e-mail address beside it must be, too. */
function toAddresses({
  email: typed,
  emailVerified,
  phone: number,
}: PersonLine): Pick<ParsedPerson, 'email' | 'spelling' | 'phone' | 'isVerified'> | Reason {
  const phone = number === undefined ? null : parseAssignedPhone(number, null);
  if (number !== undefined && phone === null) return { reason: '/phone is no number with the code of its country' };
  if (typed === undefined) {
    if (phone === null) return { reason: 'an email or a phone is needed' };
    return { email: null, spelling: null, phone, isVerified: true };
  }
  const [email, spelling] = [parseEmail(typed), toSpelling(typed)];
  if (email === null) return { reason: '/email is no address' };
  if (emailVerified === undefined) return { reason: '/emailVerified is needed beside an email' };
  if (phone !== null && !emailVerified) return { reason: '/email is not verified, so no phone can be beside it' };
  // Such an address is another mailbox, maybe of another person: that it was verified says nothing about this one.
  if (emailVerified && localPart(email) !== localPart(spelling))
    return { reason: '/email has an invisible character before the @, so it is not verified in its one form' };
  return { email, spelling, phone, isVerified: emailVerified };
}

function toHash({ passwordHash: given }: PersonLine, { firebase }: LineRules): string | Reason | null {
  if (given === undefined) return null;
  const hash = toHashForm(given, firebase);
  if (hash === null) return { reason: 'parameters of the Firebase project are missing' };
  const reason = refusalOfHash(hash);
  return reason === null ? hash : { reason };
}

/** As if the fields were sent for a new account: null stands for no field. */
function toMetadata(value: PersonLine, { metadata }: LineRules): ParsedPerson['metadata'] | Reason {
  const merged: Record<'public' | 'private' | 'unsafe', Fields> = { public: {}, private: {}, unsafe: {} };
  for (const kind of ['public', 'private', 'unsafe'] as const) {
    const given = value[`${kind}Metadata`];
    if (!given) continue;
    let reason = metadata.refusalOfDepth(given); // merging recurses
    if (reason === null) {
      merged[kind] = mergePatch({}, given);
      reason = metadata.refusalOf(kind, merged[kind]);
    }
    if (reason !== null) return { reason: `${kind}Metadata: ${reason}` };
  }
  return Object.values(merged).every((fields) => Object.keys(fields).length === 0) ? null : merged;
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function outsideIdOf(value: object): string | null {
  const id = 'externalId' in value ? value.externalId : null;
  return outsideId.Check(id) && isText(id) ? id : null;
}

/** Whether the database can hold all texts as they are. Without recursion: the depth is that of the line. */
function isStorable(value: object): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && !isText(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) {
      if (name === '__proto__' || !isText(name)) return false;
      waiting.push(inner);
    }
  }
  return true;
}

function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function reasonOf(value: object): string {
  const [error] = line.Errors(value);
  return error ? `${error.instancePath} ${error.message}`.trim() : 'does not fit';
}
