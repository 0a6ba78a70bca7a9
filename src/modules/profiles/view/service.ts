import type { Actor } from '#kernel/access.ts';
import { profileErrors, type Profile } from '../contract.ts';
import type { ProfilesNeeds } from '../needs.ts';
import { findVisible } from '../queries.ts';
import type { PublicProfile } from '../schemas.ts';

/** What others see of a profile. */
export function createProfileView({ db }: Pick<ProfilesNeeds, 'db'>) {
  /** The owner sees their private one as others would see it. @throws `profiles.not_found`, also for a private one */
  async function get(actor: Actor, userId: string): Promise<PublicProfile> {
    const profile = await findVisible(db.read, actor, userId);
    if (!profile) throw profileErrors.notFound();
    return toPublic(profile);
  }

  return { get };
}

export type ProfileView = ReturnType<typeof createProfileView>;

function toPublic(profile: Profile): PublicProfile {
  const { userId, firstName, lastName, displayName, bio, location, website, links, interests } = profile;
  const { musicTitle, musicArtist, showEmail, showPhone, contactEmail, contactPhone, avatarFileId } = profile;
  return {
    userId,
    firstName,
    lastName,
    displayName,
    bio,
    location,
    website,
    ...(showEmail && { contactEmail }),
    ...(showPhone && { contactPhone }),
    links,
    musicTitle,
    musicArtist,
    interests,
    hasAvatar: avatarFileId !== null,
  };
}
