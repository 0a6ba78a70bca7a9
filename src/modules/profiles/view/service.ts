import type { Actor } from '#kernel/access.ts';
import { profileErrors, type Profile } from '../contract.ts';
import type { Visible } from './visible.ts';
import type { PublicProfile } from '../schemas.ts';

/** What others see of a profile. */
export function createProfileView({ find }: Visible) {
  /** The owner sees their private one as others would see it. @throws `profiles.not_found`, also for a private one */
  async function get(actor: Actor, userId: string): Promise<PublicProfile> {
    const profile = await find(actor, userId);
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
