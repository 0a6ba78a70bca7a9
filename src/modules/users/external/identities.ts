import type { Actor } from '#kernel/access.ts';
import type { NamedProvider } from '#platform/identity/port.ts';
import { userErrors } from '../contract.ts';
import { requireOtherCredential } from '../factors/last-credential.ts';
import type { FactorNotices } from '../factors/notices.ts';
import type { UsersNeeds } from '../needs.ts';
import { lockOwn } from '../queries.ts';
import type { ExternalIdentityRow } from '../tables.ts';
import { deleteIdentity, listIdentities } from './queries.ts';
import type { LinkedIdentity } from './schemas.ts';

export interface IdentitiesNeeds extends Pick<UsersNeeds, 'db' | 'providers'> {
  readonly notices: FactorNotices;
}

/** The external identities that an account is linked with, for its owner. */
export function createIdentities({ db, providers, notices }: IdentitiesNeeds) {
  async function list(actor: Actor): Promise<LinkedIdentity[]> {
    return (await listIdentities(db.read, actor.id)).map((row) => toIdentity(row, providers));
  }

  /** @throws `users.identity_not_found`, also for somebody else's; `users.last_way_in` */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      const removed = await deleteIdentity(unit.tx, actor.id, id);
      if (!user || !removed) throw userErrors.identityNotFound({ id });
      await requireOtherCredential(unit.tx, user, providers);
      await notices.announce(unit, actor.id, 'identity', 'removed', { name: toIdentity(removed, providers).title });
    });
  }

  return { list, remove };
}

/** The title of a provider that is no longer configured is its name. */
function toIdentity(row: ExternalIdentityRow, providers: readonly NamedProvider[]): LinkedIdentity {
  const { id, provider, createdAt, lastUsedAt } = row;
  const title = providers.find(({ name }) => name === provider)?.title ?? provider;
  return { id, provider, title, createdAt, lastUsedAt };
}
