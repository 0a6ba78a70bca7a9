import type { Profile } from '../contract.ts';
import type { ProfileFields } from '../queries.ts';

interface CountedPart {
  readonly percent: number;
  /** The part counts when one of them is set. */
  readonly fields: readonly (keyof ProfileFields)[];
}

/** Together 100. */
const parts: Readonly<Record<string, CountedPart>> = {
  basic: { percent: 20, fields: ['firstName', 'lastName', 'displayName'] },
  bio: { percent: 15, fields: ['bio'] },
  avatar: { percent: 15, fields: ['avatarFileId'] },
  contact: { percent: 15, fields: ['contactEmail', 'contactPhone', 'website', 'timeZone'] },
  preferences: { percent: 10, fields: ['preferredLanguage'] },
  links: { percent: 10, fields: ['links'] },
  interests: { percent: 10, fields: ['interests'] },
  music: { percent: 5, fields: ['musicTitle', 'musicArtist', 'musicFileId'] },
};

/** How much of a profile is filled, in percent. */
export function completenessOf(profile: ProfileFields): number {
  const filled = Object.values(parts).filter(({ fields }) => fields.some((field) => isSet(profile[field])));
  return filled.reduce((sum, { percent }) => sum + percent, 0);
}

/** Names of the parts that count and that nothing is in. */
export function missingPartsOf(profile: Profile): string[] {
  const entries = Object.entries(parts).filter(([, { fields }]) => !fields.some((field) => isSet(profile[field])));
  return entries.map(([name]) => name);
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== null && value !== undefined;
}
