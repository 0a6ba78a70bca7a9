import type { Actor } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { createAccountLock, requireAccount } from './account-lock.ts';
import type { AccountNotices } from './account-notices.ts';

export interface AccountSessionsNeeds extends Pick<UsersNeeds, 'db' | 'authorization'> {
  readonly sessions: Pick<Sessions, 'list' | 'endOne' | 'endAll'>;
  readonly notices: Pick<AccountNotices, 'tell'>;
}

/**
 * The sessions of an account, for administrators. Those of somebody with a permission that they lack are not ended. Their
 * owner is told: who is signed out without a reason suspects somebody else.
 */
export function createAccountSessions(needs: AccountSessionsNeeds) {
  const { db, sessions, notices } = needs;
  const lockAccount = createAccountLock(needs);

  /** @throws `users.not_found`, `http.cursor_invalid`, `http.page_too_far` */
  async function list(actor: Actor, userId: string, query: PageQuery) {
    await requireAccount(db.read, userId);
    return sessions.list(actor, userId, query);
  }

  /** @throws `users.not_found`, `users.session_not_found`, `authorization.exceeds_own` */
  function end(actor: Actor, userId: string, sessionId: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, userId);
      await sessions.endOne(unit, userId, sessionId, 'administrator');
      await notices.tell(unit, user, 'session');
    });
  }

  /** @throws `users.not_found`, `authorization.exceeds_own` */
  function endAll(actor: Actor, userId: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, userId);
      await sessions.endAll(unit, userId, 'administrator');
      await notices.tell(unit, user, 'sessions');
    });
  }

  return { list, end, endAll };
}

export type AccountSessions = ReturnType<typeof createAccountSessions>;
