import type { Actor } from '#kernel/access.ts';
import type { NamedProvider } from '#platform/identity/port.ts';
import { userErrors } from '../contract.ts';
import type { FactorNews } from '../factors/notices.ts';
import type { ExternalIdentityRow } from '../tables.ts';
import type { UsersNeeds } from '../needs.ts';
import { lockUser } from '../queries.ts';
import { requireWayIn } from '../factors/last-credential.ts';
import { deleteIdentity, listIdentities } from './queries.ts';
import type { Identity } from './schemas.ts';

export interface IdentitiesNeeds extends Pick<UsersNeeds, 'db' | 'providers'> {
  readonly news: FactorNews;
}

/** With whom else an account can be signed in to, in the hands of its owner. */
export function createIdentities({ db, providers, news }: IdentitiesNeeds) {
  async function list(actor: Actor): Promise<Identity[]> {
    return (await listIdentities(db.read, actor.id)).map((row) => toIdentity(row, providers));
  }

  /** @throws `users.identity_not_found`, also for somebody else's; `users.last_way_in` */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      const removed = await deleteIdentity(unit.tx, actor.id, id);
      if (!user || !removed) throw userErrors.identityNotFound({ id });
      await requireWayIn(unit.tx, user, providers);
      await news.tell(unit, actor.id, 'identity', 'removed', { name: toIdentity(removed, providers).title });
    });
  }

  return { list, remove };
}

/** A provider that the configuration no longer names goes by its name of then. */
function toIdentity(row: ExternalIdentityRow, providers: readonly NamedProvider[]): Identity {
  const { id, provider, createdAt, lastUsedAt } = row;
  const title = providers.find(({ name }) => name === provider)?.title ?? provider;
  return { id, provider, title, createdAt, lastUsedAt };
}
