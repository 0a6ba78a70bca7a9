import type { Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { Profile } from './contract.ts';

type Given = 'id' | 'userId';

/** Mirrors migrations/; the only tables this module can name. */
export type ProfilesTables = {
  'profiles.profile': Pick<Profile, Given> & {
    [Column in Exclude<keyof Profile, Given>]: Generated<Profile[Column]>;
  } & {
    searchText: GeneratedAlways<string>;
    contactToldAt: Generated<string | null>;
    privacyToldAt: Generated<string | null>;
  };
  'profiles.tally': { isProfilePublic: boolean; preferredLanguage: string; completeness: number; profiles: number };
};

export type ProfilesReader = Kysely<ProfilesTables>;
export type ProfilesWriter = Transaction<ProfilesTables>;
