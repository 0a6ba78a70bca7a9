import { admin, fresh, owner, person, type Asking } from './asking.ts';
import { picture, uploaded } from './files.ts';
import type { GrowthStage } from './stage.ts';

const publicPerson = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 100 + 10 * (n % 40)) });

/** Everybody has a profile in the fill. */
async function withoutProfile(stage: GrowthStage) {
  const { tokens, id } = await stage.nextPerson();
  await stage.app.database.pool.query('delete from profiles.profile where user_id = $1', [id]);
  return { tokens };
}

async function withPicture(stage: GrowthStage, n: number) {
  return { avatarFileId: (await uploaded(stage, await picture(n))).fileId };
}

/** The owner has an avatar, and everybody may see it. */
async function withAvatar(stage: GrowthStage, n: number) {
  await stage.call('owner', 'PUT', '/api/v1/profiles/me/avatar', await withPicture(stage, n));
  const { body } = await stage.call('owner', 'PATCH', '/api/v1/profiles/me/privacy', { isProfilePublic: true });
  return { userId: body.userId };
}

/** How the operations of the Profiles module are asked. */
export const PROFILES: Readonly<Record<string, Asking>> = {
  'POST /api/v1/profiles/me': { ...fresh, body: { firstName: 'Sara' }, prepare: withoutProfile },
  'GET /api/v1/profiles/me': owner,
  'PUT /api/v1/profiles/me/basic': { ...owner, prepare: async (_, n) => ({ displayName: `Sara ${n} ${Date.now()}` }) },
  'PATCH /api/v1/profiles/me/bio': { ...owner, prepare: async (_, n) => ({ bio: `I read ${n} ${Date.now()}` }) },
  'PATCH /api/v1/profiles/me/contact': {
    ...owner,
    prepare: async (_, n) => ({ contactEmail: `sara-${n}-${Date.now()}@example.com` }),
  },
  'PATCH /api/v1/profiles/me/privacy': {
    ...owner,
    prepare: async (_, n) => ({ isProfilePublic: n % 2 === 0 }),
  },
  'PATCH /api/v1/profiles/me/preferences': {
    ...owner,
    prepare: async (_, n) => ({ preferredLanguage: n % 2 === 0 ? 'fa' : 'en' }),
  },
  'PATCH /api/v1/profiles/me/social-links': {
    ...owner,
    prepare: async (_, n) => ({ links: { site: `https://example.com/${n}/${Date.now()}` } }),
  },
  'GET /api/v1/profiles/me/music': owner,
  'PUT /api/v1/profiles/me/music': { ...owner, prepare: async (_, n) => ({ musicTitle: `Song ${n} ${Date.now()}` }) },
  'POST /api/v1/profiles/me/interests': { ...owner, prepare: async (_, n) => ({ interests: [`art ${n % 20}`] }) },
  'DELETE /api/v1/profiles/me/interests/{interest}': {
    ...owner,
    prepare: async (_, n) => ({ interest: `art ${n % 20}` }),
  },
  'PUT /api/v1/profiles/me/avatar': { ...owner, prepare: withPicture },
  'DELETE /api/v1/profiles/me/avatar': { ...owner, prepare: withAvatar },
  'GET /api/v1/profiles/me/avatar': { ...owner, prepare: withAvatar },
  'GET /api/v1/profiles/{userId}/avatar': { ...person, prepare: withAvatar },
  'GET /api/v1/profiles/{userId}/public': { ...owner, prepare: publicPerson },
  'GET /api/v1/profiles/reports/admin': admin,
  'GET /api/v1/profiles/reports/admin.csv': { ...admin, query: { preferredLanguage: 'de' } },
};
