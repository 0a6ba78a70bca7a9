import type { Actor } from '#kernel/access.ts';
import type { Profile } from '../contract.ts';
import type { ProfilesNeeds } from '../needs.ts';
import { findVisible } from '../queries.ts';

/** Which profiles somebody may see: the own one, and public ones of accounts that are neither disabled nor deleted. */
export function createVisible({ db, users }: Pick<ProfilesNeeds, 'db' | 'users'>) {
  /** Asks the same for each id, so that the time of the answer tells nothing. */
  async function find(viewer: Actor, userId: string): Promise<Profile | undefined> {
    const [profile, isClosed] = await Promise.all([findVisible(db.read, viewer, userId), users.isClosed(userId)]);
    return isClosed ? undefined : profile;
  }

  return { find };
}

export type Visible = ReturnType<typeof createVisible>;
