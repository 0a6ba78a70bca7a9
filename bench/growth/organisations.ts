import type { Tokens } from '#testing/growth/stage.ts';
import { admin, byExample, fresh, owner, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const ORGANISATION = '/api/v1/organisations';
// By the fills the owner is an administrator of the first fifty.
const busy = async ({ idOf }: GrowthStage) => ({ organisationId: idOf('organisation', 2) });
const quiet = ({ idOf }: GrowthStage, n: number) => ({ organisationId: idOf('organisation', 10 + (n % 30)) });
const emailOf = (n: number) => `guest-${n}-${Date.now()}@example.com`;
const ANY = { headers: { 'if-match': '*' } };

/** Somebody with an organisation that they have founded just now. */
async function made(stage: GrowthStage) {
  const { tokens } = await stage.nextPerson();
  const { body } = await stage.send({ method: 'POST', url: ORGANISATION, payload: { name: 'New' } }, tokens);
  return { tokens, organisationId: body.id };
}

/** Somebody who may invite, in the organisation that has their number by the fills: each person sends at most 50 a day. */
async function inviter(
  stage: GrowthStage,
): Promise<{ tokens: Partial<Tokens>; organisationId: string; memberId: string }> {
  const { tokens, email } = await stage.nextPerson();
  const number = Number(/\d+/.exec(email)?.[0]);
  if (number % 10 === 7) return inviter(stage); // something is denied to them, so they cannot give the role of users
  return { tokens, organisationId: stage.idOf('organisation', number), memberId: stage.idOf('user', number + 1) };
}

/** A person with a new invitation, and who has sent it. */
async function invited(stage: GrowthStage) {
  const { tokens, organisationId, memberId } = await inviter(stage);
  let guest = await stage.nextPerson();
  if (guest.id === memberId) guest = await stage.nextPerson();
  const url = `${ORGANISATION}/${organisationId}/invitations`;
  const { body } = await stage.send({ method: 'POST', url, payload: { email: guest.email } }, tokens);
  return { tokens, organisationId, invitationId: body.id, guest };
}

const guestOf = async (stage: GrowthStage) => {
  const { guest, invitationId } = await invited(stage);
  return { tokens: guest.tokens, invitationId };
};

/** Of the administrator of the installation, who adds people without an invitation. */
async function added(stage: GrowthStage, n: number) {
  const { id: userId } = await stage.nextPerson();
  const { organisationId } = quiet(stage, n);
  await stage.call('admin', 'PUT', `${ORGANISATION}/${organisationId}/members/${userId}`, { role: 'user' });
  return { userId, organisationId };
}

export const ORGANISATIONS: Readonly<Record<string, Asking>> = {
  ...byExample('owner', 'GET /api/v1/organisations'),
  ...byExample('admin', 'GET /api/v1/organisations/all'),
  ...byExample('person', 'GET /api/v1/organisations/active\nGET /api/v1/organisations/invitations'),
  'POST /api/v1/organisations': { ...fresh, body: { name: 'New' } },
  'PUT /api/v1/organisations/active': {
    ...owner,
    prepare: async (stage, n) => ({ organisationId: quiet(stage, n).organisationId }),
  },
  'GET /api/v1/organisations/{organisationId}': { ...owner, prepare: busy },
  'PATCH /api/v1/organisations/{organisationId}': { ...owner, ...ANY, body: { name: 'Renamed' }, prepare: busy },
  'DELETE /api/v1/organisations/{organisationId}': { ...fresh, ...ANY, prepare: made },
  'GET /api/v1/organisations/{organisationId}/members': { ...owner, prepare: busy },
  'PUT /api/v1/organisations/{organisationId}/members/{userId}': { ...admin, body: { role: 'admin' }, prepare: added },
  'DELETE /api/v1/organisations/{organisationId}/members/{userId}': { ...admin, prepare: added },
  'GET /api/v1/organisations/{organisationId}/invitations': { ...owner, prepare: busy },
  'POST /api/v1/organisations/{organisationId}/invitations': {
    ...fresh,
    prepare: async (stage, n) => ({ ...(await inviter(stage)), email: emailOf(n), role: 'user' }),
  },
  'DELETE /api/v1/organisations/{organisationId}/invitations/{invitationId}': {
    ...fresh,
    prepare: async (stage) => {
      const { tokens, organisationId, invitationId } = await invited(stage);
      return { tokens, organisationId, invitationId };
    },
  },
  'POST /api/v1/organisations/invitations/{invitationId}/accept': { ...fresh, prepare: guestOf },
  'POST /api/v1/organisations/invitations/{invitationId}/decline': { ...fresh, prepare: guestOf },
};
