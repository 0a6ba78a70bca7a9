import { linkFor, PASSWORD } from '../../../src/testing/accounts.ts';
import { addressOf, ok, signedIn, type Client, type Stage } from './stage.ts';
import { picture } from './contents.ts';
import { upload } from '../../../src/testing/files/uploads.ts';
import type { Person } from './words.ts';

const PENDING = 2; // the last of the people
const DAY_MS = 86_400_000;

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly person: Person;
  readonly client: Client;
}

/** Roles, people with accounts and profiles, and their organisation. */
export async function fillPeople(stage: Stage): Promise<readonly Member[]> {
  const { words, admin } = stage;
  for (const role of words.roles) await ok(admin.post('/authorization/roles', role));
  await ok(admin.post('/organisations', { name: words.suppliers }));
  const members: Member[] = [];
  for (const person of words.people.slice(1)) members.push(await invite(stage, person));
  const active = members.slice(0, -PENDING);
  await giveProfile(stage, stage.admin, words.people[0], 0);
  for (const [at, { client, person }] of active.entries()) await giveProfile(stage, client, person, at + 1);
  await found(stage, members);
  await limit(stage, active);
  return active;
}

async function invite(stage: Stage, person: Person): Promise<Member> {
  const { app, words, admin, language } = stage;
  const email = addressOf(person, words);
  const roles = person.role === null ? [] : [person.role];
  const { id } = await ok(
    admin.post('/users', { email, firstName: person.first, lastName: person.last, language, roles }),
  );
  if (words.people.indexOf(person) >= words.people.length - PENDING)
    return { id, email, person, client: app.anonymous };
  const token = await linkFor(app, email);
  await ok(app.anonymous.post('/users/accept-invitation', { token, newPassword: PASSWORD }));
  return { id, email, person, client: await signedIn(app, email) };
}

async function giveProfile(stage: Stage, client: Client, person: Person | undefined, at: number): Promise<void> {
  if (!person) return;
  const { app, words } = stage;
  const { first: firstName, last: lastName, bio, place: location, interests } = person;
  const profile = { firstName, lastName, bio, location, isProfilePublic: at % 3 !== 2 };
  const answer = await client.post('/profiles/me', profile);
  if (answer.status >= 400) await ok(client.put('/profiles/me/basic', { firstName, lastName, bio, location }));
  await ok(client.patch('/profiles/me/contact', { country: words.country, timeZone: words.timeZone }));
  await ok(client.post('/profiles/me/interests', { interests }));
  const content = await picture(at, 400, 400);
  const file = await ok(upload(client, { name: `${person.at}.jpg`, content, type: 'image/jpeg' }));
  await app.drain();
  await ok(client.put('/profiles/me/avatar', { avatarFileId: file.id }));
}

async function found({ app, words, admin }: Stage, members: readonly Member[]): Promise<void> {
  const { id } = await ok(admin.post('/organisations', { name: words.organisation }));
  for (const { email, client } of members.slice(0, 7)) {
    const invitation = await ok(admin.post(`/organisations/${id}/invitations`, { email }));
    if (email !== members[6]?.email) await ok(client.post(`/organisations/invitations/${invitation.id}/accept`));
  }
  await app.drain();
}

/** Grants and refusals that the page of roles explains; one account is disabled, one locked. */
async function limit({ admin }: Stage, members: readonly Member[]): Promise<void> {
  const [developer, , packer, , second] = members;
  const apart = members.at(-1);
  await ok(admin.post('/authorization/grant-permission', { userId: packer?.id, permissionCode: 'todos.read' }));
  await ok(admin.post('/authorization/deny-permission', { userId: developer?.id, permissionCode: 'webhooks.read' }));
  await ok(admin.put(`/users/${apart?.id}`, { status: 'disabled' }));
  const lockedUntil = new Date(Date.now() + DAY_MS).toISOString();
  await ok(admin.put(`/users/${second?.id}`, { lockedUntil }));
}
