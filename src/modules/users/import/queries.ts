import { sql } from 'kysely';
import type { UserRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

/** Those of the outside ids that an account has. */
export async function listKnown(db: UsersReader, externalIds: readonly string[]): Promise<Set<string>> {
  const rows = db
    .selectFrom('users.imported')
    .select('externalId')
    .where('externalId', '=', sql<string>`any (${externalIds}::text[])`);
  return new Set((await rows.execute()).map(({ externalId }) => externalId));
}

/** The account of an address or number; `isReserved`: an administrator or an import has made it. */
export type Holder = Pick<UserRow, 'id' | 'email' | 'phone' | 'status'> & { readonly isReserved: boolean };

export async function listHolders(db: UsersReader, addresses: readonly string[]): Promise<Holder[]> {
  const { rows } = await sql<Holder>`
    select u.id, u.email, u.phone, u.status,
      exists (select from users.invitation i where i.user_id = u.id)
        or exists (select from users.imported m where m.user_id = u.id) as is_reserved
    from users."user" u where u.email = any (${addresses}::text[]) or u.phone = any (${addresses}::text[])`.execute(db);
  return rows;
}

type Identity = Pick<UsersTables['users.externalIdentity'], 'issuer' | 'subject'>;

/** Those of the identities that an account has. */
export async function listTakenIdentities(db: UsersReader, identities: readonly Identity[]): Promise<Identity[]> {
  if (identities.length === 0) return [];
  const { rows } = await sql<Identity>`
    select issuer, subject from users.external_identity join ${unnestIdentities(identities)} w (issuer, subject)
      using (issuer, subject)`.execute(db);
  return rows;
}

function unnestIdentities(identities: readonly Identity[]) {
  const [issuers, subjects] = [identities.map(({ issuer }) => issuer), identities.map(({ subject }) => subject)];
  return sql`unnest(${issuers}::text[], ${subjects}::text[])`;
}

/** A person as the tables of this module keep them. */
export interface ImportedPerson extends Pick<
  UserRow,
  'id' | 'email' | 'phone' | 'firstName' | 'lastName' | 'passwordHash' | 'status' | 'language'
> {
  readonly externalId: string;
  readonly isVerified: boolean;
  /** Null: now. */
  readonly createdAt: string | null;
}

/** In the order of the addresses, so that two imports of the same people do not deadlock. A unique violation if somebody is there. */
export async function insertPeople(tx: UsersWriter, people: readonly ImportedPerson[]): Promise<void> {
  const columns = <K extends keyof ImportedPerson>(name: K) => people.map((person) => person[name]);
  await sql`
    insert into users."user" (id, email, phone, first_name, last_name, password_hash, status, language, email_verified_at,
      phone_verified_at, created_at)
    select p.id, p.email, p.phone, p.first_name, p.last_name, p.password_hash, p.status, p.language,
           case when p.is_verified and p.email is not null then now() end,
           case when p.phone is not null then now() end, coalesce(p.created_at, now())
    from unnest(${columns('id')}::uuid[], ${columns('email')}::text[], ${columns('phone')}::text[], ${columns('firstName')}::text[],
                ${columns('lastName')}::text[], ${columns('passwordHash')}::text[], ${columns('status')}::text[],
                ${columns('language')}::text[], ${columns('isVerified')}::boolean[], ${columns('createdAt')}::timestamptz[])
         p (id, email, phone, first_name, last_name, password_hash, status, language, is_verified, created_at)
    order by p.email, p.phone`.execute(tx);
  await sql`
    insert into users.imported (external_id, user_id)
    select p.external_id, p.id from unnest(${columns('externalId')}::text[], ${columns('id')}::uuid[]) p (external_id, id)
    order by p.external_id`.execute(tx);
}

type MetadataTexts = Readonly<Record<'userId' | 'public' | 'private' | 'unsafe', string>>;

/** As JSON. */
export async function insertMetadata(tx: UsersWriter, rows: readonly MetadataTexts[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = (name: keyof MetadataTexts) => rows.map((row) => row[name]);
  await sql`
    insert into users.metadata (user_id, public, private, unsafe)
    select * from unnest(${columns('userId')}::uuid[], ${columns('public')}::jsonb[], ${columns('private')}::jsonb[],
                         ${columns('unsafe')}::jsonb[])`.execute(tx);
}

type NewIdentity = Pick<UsersTables['users.externalIdentity'], 'id' | 'userId' | 'provider' | 'issuer' | 'subject'>;

/** In the order of the identities, as above. A unique violation if an account has one. */
export async function insertIdentities(tx: UsersWriter, rows: readonly NewIdentity[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = (name: keyof NewIdentity) => rows.map((row) => row[name]);
  await sql`
    insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
    select i.*, now(), now()
    from unnest(${columns('id')}::uuid[], ${columns('userId')}::uuid[], ${columns('provider')}::text[],
                ${columns('issuer')}::text[], ${columns('subject')}::text[]) i (id, user_id, provider, issuer, subject)
    order by i.issuer, i.subject`.execute(tx);
}

/** An account with what an export says about it. */
export interface StoredPerson extends Pick<
  UserRow,
  'id' | 'email' | 'phone' | 'firstName' | 'lastName' | 'language' | 'passwordHash' | 'status' | 'createdAt'
> {
  readonly isVerified: boolean;
  readonly externalId: string | null;
  readonly public: Record<string, unknown> | null;
  readonly private: Record<string, unknown> | null;
  readonly unsafe: Record<string, unknown> | null;
  readonly identities: Identity[];
}

/**
 * The next accounts that are not deleted, by id; null: from the first. Without registrations that nobody has proved, which
 * belong to nobody, unless an import has made them.
 */
export async function listPeople(db: UsersReader, after: string | null, limit: number): Promise<StoredPerson[]> {
  const { rows } = await sql<StoredPerson>`
    select u.id, u.email, u.phone, u.first_name, u.last_name, u.language, u.password_hash, u.status, u.created_at,
      u.email_verified_at is not null as is_verified, i.external_id, m.public, m.private, m.unsafe,
      array(select json_build_object('issuer', e.issuer, 'subject', e.subject) from users.external_identity e
            where e.user_id = u.id order by e.id) as identities
    from users."user" u
    left join users.imported i on i.user_id = u.id
    left join users.metadata m on m.user_id = u.id
    where u.status <> 'deleted'
      and (u.email_verified_at is not null or u.phone_verified_at is not null or i.external_id is not null) and u.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by u.id limit ${limit}`.execute(db);
  return rows;
}
