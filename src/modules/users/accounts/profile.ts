import type { Actor } from '#kernel/access.ts';
import type { UsersNeeds } from '../needs.ts';
import { findUser } from '../queries.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { Me } from './schemas.ts';

export interface ProfileNeeds extends Pick<UsersNeeds, 'db'> {
  readonly sessionIssuer: Pick<SessionIssuer, 'toSignedInUser'>;
}

export function createProfile({ db, sessionIssuer }: ProfileNeeds) {
  /** The account of the signed-in user. */
  async function me(actor: Actor): Promise<Me> {
    const user = await findUser(db.read, { id: actor.id });
    if (!user) throw new Error('a signed-in user has no account');
    const { status, createdAt } = user;
    return {
      ...(await sessionIssuer.toSignedInUser(user)),
      status,
      createdAt,
      permissions: [...actor.permissions].toSorted(),
    };
  }

  return { me };
}
