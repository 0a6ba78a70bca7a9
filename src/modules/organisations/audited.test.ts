import { test } from 'node:test';
import { member } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from './audited.ts';

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t);
  const { did, assertTable } = createAuditObserver(app, audited);
  const [owner, reza, mina] = [await member(app), await member(app), await member(app)];
  const { body: made } = await did(owner, 'POST /organisations', { name: 'Aftab' });
  const params = { organisationId: made.id };
  const invite = async ({ email } = reza) =>
    (await did(owner, 'POST /organisations/{organisationId}/invitations', { email }, params)).body.id;

  await did(owner, 'PATCH /organisations/{organisationId}', { name: 'Mahtab' }, params);
  const withdrawn = { ...params, invitationId: await invite(mina) };
  await did(owner, 'DELETE /organisations/{organisationId}/invitations/{invitationId}', undefined, withdrawn);
  await did(reza, 'POST /organisations/invitations/{invitationId}/decline', undefined, {
    invitationId: await invite(),
  });
  await did(reza, 'POST /organisations/invitations/{invitationId}/accept', undefined, { invitationId: await invite() });
  const ofReza = { ...params, userId: reza.id };
  await did(owner, 'PUT /organisations/{organisationId}/members/{userId}', { role: 'admin' }, ofReza);
  await did(owner, 'DELETE /organisations/{organisationId}/members/{userId}', undefined, ofReza);
  const operator = await administrator(app);
  await did(operator, 'PUT /organisations/{organisationId}/members/{userId}', { role: 'user' }, ofReza);
  await did(owner, 'DELETE /organisations/{organisationId}', undefined, params);

  await assertTable(import.meta.dirname);
});
