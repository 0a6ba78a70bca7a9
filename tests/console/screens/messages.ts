import { newId } from '../../../src/kernel/id.ts';
import type { Member } from './people.ts';
import { ok, type Stage } from './stage.ts';

const DAY_MS = 86_400_000;

/** Templates, messages of several states, schedules, a suppressed address and an inbox. */
export async function fillMessages(stage: Stage, members: readonly Member[]): Promise<{ readonly templateId: string }> {
  const { app, words, language, admin, bossId } = stage;
  const ids: string[] = [];
  for (const { name, subject, body } of words.templates) {
    const texts = { subjectTemplate: subject, bodyTemplate: body };
    ids.push((await ok(admin.post('/notifications/templates', { name, channel: 'email', language, ...texts }))).id);
  }
  const [templateId = ''] = ids;
  await unwanted(stage, members);
  const variables = { customer: words.customer, product: words.product };
  for (const { email } of members.slice(0, 4))
    await ok(admin.post('/notifications', { channel: 'email', recipient: email, templateId, variables }));
  for (const [at, text] of words.messages.entries())
    await ok(admin.post('/notifications', { channel: 'email', recipient: members[at]?.email, ...text }));
  await app.drain();
  for (const text of words.inbox)
    await ok(admin.post('/notifications', { channel: 'inApp', recipient: bossId, ...text }));
  await app.drain();
  await later(stage, members);
  const { items } = await ok(admin.get('/notifications/inbox'));
  await ok(admin.post(`/notifications/inbox/${items.at(-1).id}/read`));
  await ok(
    admin.put('/notifications/routing', {
      routes: [
        { severity: 'critical', roles: ['admin'], userIds: [members[0]?.id], channels: ['inApp', 'email'] },
        { severity: 'high', roles: [words.roles[0]?.name], userIds: [], channels: ['inApp', 'email'] },
      ],
    }),
  );
  return { templateId };
}

/** What waits for tomorrow, is repeated each week, and was cancelled. */
async function later({ words, admin, bossId }: Stage, members: readonly Member[]): Promise<void> {
  const scheduledAtUtc = new Date(Date.now() + DAY_MS).toISOString();
  const recipient = members[0]?.email;
  await ok(admin.post('/notifications', { channel: 'email', recipient, ...words.tomorrow, scheduledAtUtc }));
  const [shifts] = words.messages;
  const dropped = await ok(admin.post('/notifications', { channel: 'email', recipient, ...shifts, scheduledAtUtc }));
  await ok(admin.put(`/notifications/${dropped.id}/cancel`));
  const { id } = await ok(
    admin.post('/notifications', { channel: 'inApp', recipient: bossId, ...words.weekly, scheduledAtUtc }),
  );
  await ok(admin.post(`/notifications/${id}/schedule`, { ruleName: '0 9 * * 1', timeZone: words.timeZone }));
}

/** A message to an address that does not exist any more. No provider can say so here: its report is written down. */
async function unwanted({ app, words, admin }: Stage, members: readonly Member[]): Promise<void> {
  const recipient = members.at(-1)?.email;
  const send = () => ok(admin.post('/notifications', { channel: 'email', recipient, ...words.unwanted }));
  await send();
  await app.drain();
  await app.database.pool.query(
    `insert into notifications.suppression (id, channel, address_hash, reason, provider)
     select $1::uuid, 'email', recipient_hash, 'mailbox unavailable', 'smtp' from notifications.message
     where channel = 'email' order by id desc limit 1`,
    [newId()],
  );
  await send();
  await app.drain();
}
