import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { columnsOf } from '#platform/database/port.ts';
import { Profile } from './contract.ts';
import type { ProfilesReader, ProfilesWriter } from './tables.ts';

export const PROFILE_COLUMNS = columnsOf(Profile);

export type ProfileFields = Partial<
  Omit<Profile, 'id' | 'userId' | 'completeness' | 'createdAt' | 'updatedAt' | 'version'>
>;

export function findProfile(db: ProfilesReader, userId: string): Promise<Profile | undefined> {
  return db.selectFrom('profiles.profile').select(PROFILE_COLUMNS).where('userId', '=', userId).executeTakeFirst();
}

/** The only rule for the profile of somebody else: its owner has made it public. */
export function findVisible(
  db: ProfilesReader,
  viewer: Pick<Actor, 'id'>,
  userId: string,
): Promise<Profile | undefined> {
  const rows = db.selectFrom('profiles.profile').select(PROFILE_COLUMNS).where('userId', '=', userId);
  return rows.where((eb) => eb.or([eb('isProfilePublic', '=', true), eb('userId', '=', viewer.id)])).executeTakeFirst();
}

/** Locks the row until the unit ends, so that two changes of one profile run one after the other. */
export function lockProfile(tx: ProfilesWriter, userId: string): Promise<Profile | undefined> {
  const rows = tx.selectFrom('profiles.profile').select(PROFILE_COLUMNS).where('userId', '=', userId);
  return rows.forUpdate().executeTakeFirst();
}

/** Profiles whose avatar or music is this file, each locked until the unit ends. */
export function lockReferring(tx: ProfilesWriter, fileId: string): Promise<Profile[]> {
  const rows = tx.selectFrom('profiles.profile').select(PROFILE_COLUMNS);
  return rows
    .where((eb) => eb.or([eb('avatarFileId', '=', fileId), eb('musicFileId', '=', fileId)]))
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Undefined when the user has a profile already. */
export function insertProfile(
  tx: ProfilesWriter,
  row: Pick<Profile, 'id' | 'userId' | 'completeness'> & ProfileFields,
): Promise<Profile | undefined> {
  const insert = tx.insertInto('profiles.profile').values(row);
  return insert
    .onConflict((conflict) => conflict.column('userId').doNothing())
    .returning(PROFILE_COLUMNS)
    .executeTakeFirst();
}

export function updateProfile(
  tx: ProfilesWriter,
  before: Profile,
  change: ProfileFields & Pick<Profile, 'completeness'>,
): Promise<Profile> {
  const update = tx
    .updateTable('profiles.profile')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', before.id);
  return update.returning(PROFILE_COLUMNS).executeTakeFirstOrThrow();
}

/** False when the owner was told after `since`. */
export async function markTold(
  tx: ProfilesWriter,
  userId: string,
  part: 'contact' | 'privacy',
  { at, since }: { readonly at: string; readonly since: string },
): Promise<boolean> {
  const column = part === 'contact' ? 'contactToldAt' : 'privacyToldAt';
  const update = tx
    .updateTable('profiles.profile')
    .set({ [column]: at })
    .where('userId', '=', userId);
  const old = update.where((eb) => eb.or([eb(column, 'is', null), eb(column, '<=', since)]));
  return (await old.executeTakeFirst()).numUpdatedRows > 0n;
}

export async function deleteProfile(tx: ProfilesWriter, userId: string): Promise<void> {
  const gone = tx.deleteFrom('profiles.profile').where('userId', '=', userId).returning(PROFILE_COLUMNS);
  const profile = await gone.executeTakeFirst();
  if (profile) await tally(tx, profile, null);
}

type Counted = Pick<Profile, 'isProfilePublic' | 'preferredLanguage' | 'completeness'>;

/**
 * Moves a profile from its kind to another one. In the order of the kinds, so that two changes cannot wait for each other;
 * last in a unit, since the next change of a profile of the kind waits for its commit.
 */
export async function tally(tx: ProfilesWriter, before: Counted | null, after: Counted | null): Promise<void> {
  if (before && after && kindOf(before).join(' ') === kindOf(after).join(' ')) return;
  const moves = [...(before ? [[...kindOf(before), -1]] : []), ...(after ? [[...kindOf(after), 1]] : [])];
  const rows = moves.map(
    ([isPublic, language, completeness, change]) =>
      sql`(${isPublic}::boolean, ${language}::text, ${completeness}::smallint, ${change}::bigint)`,
  );
  await sql`
    insert into profiles.tally as t (is_profile_public, preferred_language, completeness, profiles)
    select * from (values ${sql.join(rows)}) moved (is_profile_public, preferred_language, completeness, profiles)
    order by 1, 2, 3
    on conflict (is_profile_public, preferred_language, completeness)
    do update set profiles = t.profiles + excluded.profiles`.execute(tx);
  if (!before) return;
  const [isPublic, language, completeness] = kindOf(before);
  await sql`
    delete from profiles.tally where profiles = 0 and is_profile_public = ${isPublic} and preferred_language = ${language}
      and completeness = ${completeness}`.execute(tx);
}

function kindOf({ isProfilePublic, preferredLanguage, completeness }: Counted) {
  return [isProfilePublic, preferredLanguage ?? '', completeness] as const;
}
