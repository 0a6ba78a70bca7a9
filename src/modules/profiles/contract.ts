import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { defineError } from '#kernel/problem.ts';
import { Day, Email, Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const name = (maxLength: number, example: string) =>
  Type.String({ minLength: 1, maxLength, pattern: NAME_PATTERN, examples: [example] });

const HttpUrl = Type.String({ maxLength: 2000, format: 'http-url', examples: ['https://sara.example'] });
const Bio = Type.String({ minLength: 1, maxLength: 2000, pattern: VISIBLE_PATTERN, examples: ['عکاس و کوهنورد'] });
export const MAX_LINKS = 20;
export const MAX_INTERESTS = 50;

const Links = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: HttpUrl,
  description: 'By name, such as `github`',
  examples: [{ github: 'https://github.com/sara' }],
});

/** A square of the upright picture, in its pixels. */
export const AvatarCrop = Type.Object({
  x: Type.Integer({ minimum: 0, maximum: 100_000, examples: [120] }),
  y: Type.Integer({ minimum: 0, maximum: 100_000, examples: [40] }),
  size: Type.Integer({ minimum: 1, maximum: 100_000, examples: [600] }),
});
export type AvatarCrop = Static<typeof AvatarCrop>;

const basic = {
  firstName: Nullable(name(100, 'سارا')),
  lastName: Nullable(name(100, 'محمدی')),
  displayName: Nullable(name(100, 'سارا محمدی')),
  bio: Nullable(Bio),
  dateOfBirth: Nullable(Type.With(Day, { examples: ['1994-03-21'] })),
  gender: Nullable(name(50, 'زن')),
  location: Nullable(name(200, 'تهران')),
};
const contact = {
  contactEmail: Nullable(Type.With(Email, { examples: ['sara@example.com'] })),
  contactPhone: Nullable(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        `E.164 such as \`+989121234567\`. Input may have Persian or Arabic digits, and be a national number of
        \`country\`; without it, of the country that \`preferredLanguage\` names (\`fa\` is Iran), or the installation's
        language.`.replace(/\s+/g, ' '),
      examples: ['+989121234567'],
    }),
  ),
  country: Nullable(Type.String({ format: 'country', description: 'ISO 3166-1 alpha-2', examples: ['IR'] })),
  website: Nullable(HttpUrl),
  timeZone: Nullable(
    Type.String({
      maxLength: 64,
      format: 'time-zone',
      description: 'IANA name: the clock of your notifications',
      examples: ['Asia/Tehran'],
    }),
  ),
};
const privacy = {
  isProfilePublic: Type.Boolean({ description: 'Whether others see the profile; at first, they do not' }),
  showEmail: Type.Boolean({ description: 'Whether a public profile shows `contactEmail`' }),
  showPhone: Type.Boolean({ description: 'Whether a public profile shows `contactPhone`' }),
};
const preferences = {
  preferredLanguage: Nullable(
    Type.String({
      maxLength: 35,
      format: 'language-tag',
      description: 'BCP 47: the language of your notifications',
      examples: ['fa-IR'],
    }),
  ),
  receiveSecurityAlerts: Type.Boolean({ description: 'Whether you are told when contact data or privacy change' }),
  receiveProductUpdates: Type.Boolean({ description: 'Whether you get messages about the product' }),
};
const music = {
  musicTitle: Nullable(name(200, 'مرغ سحر')),
  musicArtist: Nullable(name(200, 'محمدرضا شجریان')),
  musicFileId: Nullable(Type.With(Id, { description: 'An audio file of yours' })),
};

const EXAMPLE = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  userId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e11',
  firstName: 'سارا',
  lastName: 'محمدی',
  displayName: 'سارا محمدی',
  bio: 'عکاس و کوهنورد',
  dateOfBirth: '1994-03-21',
  gender: 'زن',
  location: 'تهران',
  avatarFileId: null,
  avatarCrop: null,
  contactEmail: 'sara@example.com',
  contactPhone: '+989121234567',
  country: 'IR',
  website: 'https://sara.example',
  timeZone: 'Asia/Tehran',
  isProfilePublic: true,
  showEmail: false,
  showPhone: false,
  preferredLanguage: 'fa-IR',
  receiveSecurityAlerts: true,
  receiveProductUpdates: false,
  links: { github: 'https://github.com/sara' },
  musicTitle: 'مرغ سحر',
  musicArtist: 'محمدرضا شجریان',
  musicFileId: null,
  interests: ['عکاسی', 'کوهنوردی'],
  completeness: 85,
};

/** The profile of one user, as its owner sees it. */
export const Profile = Type.Object(
  {
    id: Id,
    userId: Id,
    ...basic,
    avatarFileId: Nullable(Type.With(Id, { description: 'A picture of yours; others never see the file itself' })),
    avatarCrop: Type.Unsafe<AvatarCrop | null>({ ...AvatarCrop, type: ['object', 'null'] }),
    ...contact,
    ...privacy,
    ...preferences,
    links: Links,
    ...music,
    interests: Type.Array(Type.String(), { examples: [EXAMPLE.interests] }),
    completeness: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'How much of the profile is filled, in percent',
    }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  {
    title: 'Profile',
    examples: [
      { ...EXAMPLE, createdAt: '2026-11-23T08:00:00.000Z', updatedAt: '2026-11-23T08:00:00.000Z', version: 3 },
    ],
  },
);
export type Profile = Static<typeof Profile>;

const KEEPS = 'Fields that are left out stay as they are; null removes a value.';

export const NewProfile = Type.Partial(Type.Object({ ...basic, ...contact, ...privacy, ...preferences }), {
  title: 'NewProfile',
  examples: [{ firstName: 'سارا', lastName: 'محمدی', country: 'IR' }],
});
export type NewProfile = Static<typeof NewProfile>;

export const BasicChange = Type.Partial(Type.Object(basic), {
  title: 'ProfileBasicChange',
  description: KEEPS,
  minProperties: 1,
  examples: [{ displayName: 'سارا محمدی', dateOfBirth: '1994-03-21', location: 'تهران' }],
});
export type BasicChange = Static<typeof BasicChange>;

export const BioChange = Type.Object(
  { bio: basic.bio },
  { title: 'ProfileBioChange', examples: [{ bio: EXAMPLE.bio }] },
);
export type BioChange = Static<typeof BioChange>;

export const ContactChange = Type.Partial(Type.Object(contact), {
  title: 'ProfileContactChange',
  description: KEEPS,
  minProperties: 1,
  examples: [{ contactPhone: '۰۹۱۲۱۲۳۴۵۶۷', country: 'IR', timeZone: 'Asia/Tehran' }],
});
export type ContactChange = Static<typeof ContactChange>;

export const PrivacyChange = Type.Partial(Type.Object(privacy), {
  title: 'ProfilePrivacyChange',
  description: KEEPS,
  minProperties: 1,
  examples: [{ isProfilePublic: true, showEmail: false }],
});
export type PrivacyChange = Static<typeof PrivacyChange>;

export const ProfilePreferencesChange = Type.Partial(Type.Object(preferences), {
  title: 'ProfilePreferencesChange',
  description: KEEPS,
  minProperties: 1,
  examples: [{ preferredLanguage: 'fa-IR' }],
});
export type ProfilePreferencesChange = Static<typeof ProfilePreferencesChange>;

export const LinksChange = Type.Object(
  {
    links: Type.Unsafe<Record<string, string | null>>({
      type: 'object',
      propertyNames: { minLength: 1, maxLength: 50, pattern: NAME_PATTERN },
      additionalProperties: Nullable(HttpUrl),
      minProperties: 1,
      examples: [{ github: 'https://github.com/sara', website: null }],
    }),
  },
  {
    title: 'ProfileLinksChange',
    description: 'Links that are left out stay as they are; null removes one.',
    examples: [{ links: { github: 'https://github.com/sara' } }],
  },
);
export type LinksChange = Static<typeof LinksChange>;

export const MusicChange = Type.Partial(Type.Object(music), {
  title: 'ProfileMusicChange',
  description: KEEPS,
  minProperties: 1,
  examples: [{ musicTitle: EXAMPLE.musicTitle, musicArtist: EXAMPLE.musicArtist }],
});
export type MusicChange = Static<typeof MusicChange>;

export const AvatarChoice = Type.Object(
  {
    avatarFileId: Type.With(Id, { description: 'A picture of yours: JPEG, PNG, WebP, GIF or AVIF' }),
    crop: Type.Optional(
      Type.With(AvatarCrop, {
        description: 'A square of the upright picture, in its pixels; by default the largest one in its middle',
      }),
    ),
  },
  { title: 'ProfileAvatarChoice', examples: [{ avatarFileId: EXAMPLE.id, crop: { x: 120, y: 40, size: 600 } }] },
);
export type AvatarChoice = Static<typeof AvatarChoice>;

// Clients read `.` and `..` in a path as a folder: nobody could remove them.
const Interest = Type.With(name(50, 'عکاسی'), { pattern: `^(?!\\.{1,2}$)${NAME_PATTERN.slice(1)}` });
export const InterestsAddition = Type.Object(
  { interests: Type.Array(Interest, { minItems: 1, maxItems: MAX_INTERESTS }) },
  { title: 'ProfileInterestsAddition', examples: [{ interests: EXAMPLE.interests }] },
);
export type InterestsAddition = Static<typeof InterestsAddition>;

export const profilePermissions = {
  read: definePermission('profiles.read', 'See the own profile', { grantedTo: ['user'] }),
  write: definePermission('profiles.write', 'Create and change the own profile', { grantedTo: ['user'] }),
  publicRead: definePermission('profiles.public.read', 'See public profiles', { grantedTo: ['user'] }),
  adminRead: definePermission('profiles.admin.read', 'See the report on all profiles'),
};

export const profileErrors = {
  exists: defineError('profiles.exists', 409, 'You have a profile already'),
  notFound: defineError('profiles.not_found', 404, 'No such profile'),
  avatarNotFound: defineError('profiles.avatar_not_found', 404, 'No such avatar'),
  phoneInvalid: defineError('profiles.phone_invalid', 400, 'This is no phone number of the country'),
  birthNotPast: defineError('profiles.birth_not_past', 400, 'The date of birth is not in the past'),
  tooManyLinks: defineError('profiles.too_many_links', 409, 'The profile has as many links as it may have'),
  tooManyInterests: defineError('profiles.too_many_interests', 409, 'The profile has as many interests as it may have'),
  avatarFileNotFound: defineError('profiles.avatar_file_not_found', 400, 'There is no such file for the avatar'),
  avatarFileNotOwned: defineError('profiles.avatar_file_not_owned', 400, 'The file for the avatar is not yours'),
  avatarFilePending: defineError('profiles.avatar_file_pending', 409, 'The file for the avatar is not released yet'),
  avatarFileUnavailable: defineError(
    'profiles.avatar_file_unavailable',
    400,
    'The file for the avatar is not available',
  ),
  avatarFileWrongType: defineError('profiles.avatar_file_wrong_type', 400, 'The file for the avatar is no picture'),
  avatarCropInvalid: defineError('profiles.avatar_crop_invalid', 400, 'The crop is not inside the picture'),
  musicFileNotFound: defineError('profiles.music_file_not_found', 400, 'There is no such file for the music'),
  musicFileNotOwned: defineError('profiles.music_file_not_owned', 400, 'The file for the music is not yours'),
  musicFilePending: defineError('profiles.music_file_pending', 409, 'The file for the music is not released yet'),
  musicFileUnavailable: defineError('profiles.music_file_unavailable', 400, 'The file for the music is not available'),
  musicFileWrongType: defineError('profiles.music_file_wrong_type', 400, 'The file for the music is no audio'),
};

const Part = OneOf('basic', 'bio', 'contact', 'privacy', 'preferences', 'links', 'music', 'interests', 'avatar');
/** What is changed, permitted and audited by itself. */
export type ProfilePart = Static<typeof Part>;

export const profileEvents = {
  created: defineEvent('profiles.created', 1, 'userId', Type.Object({ userId: Type.String() })),
  updated: defineEvent('profiles.updated', 1, 'userId', Type.Object({ userId: Type.String(), part: Part })),
};
