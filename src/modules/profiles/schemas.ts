import { Type, type Static } from 'typebox';
import { Page, PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Profile } from './contract.ts';

const all = Profile.properties;
// Of answers: a format would be unknown to what prints them.
const Language = Nullable(Type.String({ description: 'BCP 47', examples: ['fa-IR'] }));

export const AvatarQuery = Type.Object({
  size: Type.Optional(
    Type.With(OneOf('64', '256', '512'), { description: 'Width and height in pixels; 256 by default.' }),
  ),
});

export const Music = Type.Object(
  { musicTitle: all.musicTitle, musicArtist: all.musicArtist, musicFileId: all.musicFileId, version: all.version },
  { title: 'ProfileMusic' },
);

/** What others see of a public profile. Fields that its owner hides are not there. */
export const PublicProfile = Type.Object(
  {
    userId: Id,
    firstName: all.firstName,
    lastName: all.lastName,
    displayName: all.displayName,
    bio: all.bio,
    location: all.location,
    website: all.website,
    contactEmail: Type.Optional(all.contactEmail),
    contactPhone: Type.Optional(Type.With(all.contactPhone, { description: 'E.164' })),
    links: all.links,
    musicTitle: all.musicTitle,
    musicArtist: all.musicArtist,
    interests: all.interests,
    hasAvatar: Type.Boolean({
      description: 'Whether one is chosen; `/profiles/{userId}/avatar` shows it while its file is available',
    }),
  },
  { title: 'PublicProfile', description: 'Without `contactEmail` and `contactPhone` where the owner hides them.' },
);
export type PublicProfile = Static<typeof PublicProfile>;

const Percent = Type.Integer({ minimum: 0, maximum: 100 });

const filters = {
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        `Text anywhere in names or place. Spaces, case, marks, tatweel, half-spaces, Arabic or Persian letters, and
        the kinds of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  isProfilePublic: Type.Optional(
    Type.Boolean({ description: 'Only public (`true`) or only private profiles (`false`).' }),
  ),
  preferredLanguage: Type.Optional(
    Type.String({ maxLength: 35, format: 'language-tag', description: 'Only profiles with exactly this language.' }),
  ),
  minCompleteness: Type.Optional(
    Type.With(Percent, { description: 'Only profiles that are filled to this percentage or more.' }),
  ),
  maxCompleteness: Type.Optional(
    Type.With(Percent, { description: 'Only profiles that are filled to this percentage or less.' }),
  ),
  updatedFrom: Type.Optional(Type.With(Instant, { description: 'Only profiles changed at this time or later.' })),
  updatedTo: Type.Optional(Type.With(Instant, { description: 'Only profiles changed before this time.' })),
};

export const ReportFilters = Type.Object(filters);
export type ReportFilters = Static<typeof ReportFilters>;

export const ProfileReportQuery = Type.Object({
  ...PageQuery.properties,
  ...filters,
  sortBy: Type.Optional(
    Type.With(OneOf('createdAt', 'updatedAt', 'completeness'), {
      description: 'Order of the list, `createdAt` by default.',
    }),
  ),
  sortOrder: Type.Optional(Type.With(OneOf('asc', 'desc'), { description: 'Direction, `desc` by default.' })),
});
export type ProfileReportQuery = Static<typeof ProfileReportQuery>;

/** One profile in the report: how good its data is, and no contact data. */
export const ReportedProfile = Type.Object(
  {
    id: Id,
    userId: Id,
    firstName: all.firstName,
    lastName: all.lastName,
    displayName: all.displayName,
    isProfilePublic: all.isProfilePublic,
    preferredLanguage: Language,
    completeness: all.completeness,
    missingParts: Type.Array(Type.String(), { examples: [['avatar', 'music']] }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { title: 'ReportedProfile' },
);
export type ReportedProfile = Static<typeof ReportedProfile>;

const COUNTED =
  'Of all profiles that match, however many there are; null with `search`, `updatedFrom` or `updatedTo`, for which none are kept.';

const Totals = Type.Object({
  profileCount: Type.Integer({ examples: [1250] }),
  publicCount: Type.Integer({ examples: [310] }),
  averageCompleteness: Nullable(Type.Number({ description: 'Null without profiles', examples: [62.5] })),
});

const Distribution = Type.Object({
  completeness: Type.Array(Type.Object({ from: Percent, to: Percent, count: Type.Integer({ examples: [120] }) }), {
    description: 'In five steps, `to` included',
  }),
  languages: Type.Array(Type.Object({ language: Language, count: Type.Integer({ examples: [840] }) }), {
    description: 'The 50 that most profiles have; null: none was chosen',
  }),
});

export const ProfileReport = Type.Object(
  {
    ...Page(ReportedProfile).properties,
    totals: Type.Unsafe<Static<typeof Totals> | null>({ ...Totals, type: ['object', 'null'], description: COUNTED }),
    distribution: Type.Unsafe<Static<typeof Distribution> | null>({
      ...Distribution,
      type: ['object', 'null'],
      description: COUNTED,
    }),
  },
  { title: 'ProfileReport' },
);
export type ProfileReport = Static<typeof ProfileReport>;
