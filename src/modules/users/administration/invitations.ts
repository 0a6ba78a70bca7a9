import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Admission } from '../accounts/admission.ts';
import { toLink } from '../codes/code-message.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import { findUser, lockLive } from '../queries.ts';
import type { LinkPassword } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceAt } from '../user-agent.ts';
import { findInvitation, takeInvitation, upsertInvitation } from './queries.ts';

const PURPOSE = 'users.invitation';
const TOKEN_BYTES = 32;
const DAYS = 7;
const DAY_MS = 86_400_000;

type Needs = Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'branding' | 'now'>;

export interface InvitationsNeeds extends Needs {
  readonly admission: Pick<Admission, 'confirm'>;
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules'>;
}

/** For accounts that an administrator created: a mailed link with which the owner sets the password and verifies the address. */
export function createInvitations(needs: InvitationsNeeds) {
  const { db, keys, notifications, admission, passwords, branding, now } = needs;

  /** Part of the caller's unit: mails a new link, which replaces an older one. */
  async function send(unit: UsersUnit, { id, firstName }: Pick<UserRow, 'id' | 'firstName'>): Promise<void> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const at = now();
    const expiresAt = new Date(at.getTime() + DAYS * DAY_MS);
    await upsertInvitation(unit.tx, {
      userId: id,
      linkMac: keys.mac(PURPOSE, token),
      sentAt: at.toISOString(),
      expiresAt: expiresAt.toISOString(),
    });
    await notifications.send(withoutTables(unit), {
      template: 'users.invitation',
      to: { userId: id },
      category: 'security',
      occurrence: occurrenceAt(now()),
      variables: { firstName, link: toLink(branding, '/console/accept-invitation', token), days: DAYS },
      expiresAt,
    });
  }

  /**
   * Also for an account that was confirmed by a code meanwhile, as long as it has no password.
   * @throws `users.link_invalid`, `users.password_refused`
   */
  async function accept(actor: Actor, { token, newPassword }: LinkPassword, signal: AbortSignal): Promise<void> {
    const invitation = await findInvitation(db.read, keys.macs(PURPOSE, token));
    if (!invitation || new Date(invitation.expiresAt) <= now()) throw userErrors.linkInvalid();
    const known = await findUser(db.read, { id: invitation.userId });
    if (!known) throw userErrors.linkInvalid();
    await passwords.rules.check(newPassword, known);
    const passwordHash = await passwords.hashing.hash(newPassword, actor.origin, signal);
    await db.write(actor, async (unit) => {
      const user = await lockLive(unit.tx, { id: known.id });
      const isOpen = user?.passwordHash === null && (user.status === 'pending' || user.status === 'active');
      if (!isOpen || !(await takeInvitation(unit.tx, keys.macs(PURPOSE, token)))) throw userErrors.linkInvalid();
      await admission.confirm(unit, user, passwordHash);
      unit.audit({ action: 'users.invitation_accepted', resourceType: 'user', resourceId: user.id });
    });
  }

  return { send, accept };
}

export type Invitations = ReturnType<typeof createInvitations>;
