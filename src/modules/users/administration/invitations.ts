import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { findInvitation, takeInvitation, upsertInvitation } from './queries.ts';
import { toLink } from '../codes/code-mail.ts';
import { userErrors, userEvents, type LinkPassword } from '../contract.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import { findUser, lockUser, updateUser, type UserRow } from '../queries.ts';

const PURPOSE = 'users.invitation';
const TOKEN_BYTES = 32;
const DAYS = 7;
const DAY_MS = 86_400_000;

/** Accounts that an administrator has made: their owners set the password by a link, and with it prove the address. */
export function createInvitations({
  db,
  keys,
  authorization,
  notifications,
  passwords,
  passwordRules,
  publicUrl,
  now,
}: UsersParts) {
  /** Part of the caller's unit: a new link, which replaces an older one. */
  async function send(unit: OwnUnit, { id, firstName }: Pick<UserRow, 'id' | 'firstName'>): Promise<void> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const at = now();
    await upsertInvitation(unit.tx, {
      userId: id,
      linkMac: keys.mac(PURPOSE, token),
      sentAt: at.toISOString(),
      expiresAt: new Date(at.getTime() + DAYS * DAY_MS).toISOString(),
    });
    await notifications.send(withoutTables(unit), {
      template: 'users.invitation',
      to: { userId: id },
      category: 'security',
      variables: { firstName, link: toLink(publicUrl, '/console/accept-invitation', token), days: DAYS },
    });
  }

  /** @throws `users.link_invalid`, `users.password_refused` */
  async function accept(actor: Actor, { token, newPassword }: LinkPassword, signal: AbortSignal): Promise<void> {
    const invitation = await findInvitation(db.read, keys.macs(PURPOSE, token));
    if (!invitation || new Date(invitation.expiresAt) <= now()) throw userErrors.linkInvalid();
    const known = await findUser(db.read, { id: invitation.userId });
    if (!known) throw userErrors.linkInvalid();
    await passwordRules.check(newPassword, known.email);
    const passwordHash = await passwords.hash(newPassword, signal);
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: known.id });
      const isTaken = user?.status === 'pending' && (await takeInvitation(unit.tx, keys.macs(PURPOSE, token)));
      if (!isTaken) throw userErrors.linkInvalid();
      await updateUser(unit.tx, user.id, { passwordHash, status: 'active', emailVerifiedAt: now().toISOString() });
      await authorization.resume(withoutTables(unit), user.id);
      unit.publish(userEvents.emailVerified, { userId: user.id });
      unit.audit({ action: 'users.invitation_accepted', resourceType: 'user', resourceId: user.id });
    });
  }

  return { send, accept };
}

export type Invitations = ReturnType<typeof createInvitations>;
