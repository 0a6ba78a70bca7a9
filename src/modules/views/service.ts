import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createQuota } from '#kernel/limits/quota.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import { viewErrors, type KeptView, type KeptViewQuery, type NewKeptView } from './contract.ts';
import { countViews, deleteView, deleteViewsOf, exportViews, insertView, listViews } from './queries.ts';
import type { ViewsTables } from './tables.ts';

const MAX_PER_USER = 200;

/** Views of the console that its users keep under a name. Each user has their own. */
export function createViewService(db: Db<ViewsTables>) {
  const quota = createQuota({ limit: MAX_PER_USER, count: (owner, limit) => countViews(db.read, owner, limit) });

  /** @throws `views.name_taken`, `views.quota_used` */
  async function keep(actor: Actor, view: NewKeptView): Promise<KeptView> {
    const kept = await quota.within(actor.id, () =>
      db.write(actor, async ({ tx }) => {
        const made = await insertView(tx, { id: newId(), ownerId: actor.id, ...view });
        if (!made) throw viewErrors.nameTaken({ name: view.name });
        return made;
      }),
    );
    if (!kept) throw viewErrors.quotaUsed({ limit: MAX_PER_USER });
    return kept;
  }

  /** @throws `views.not_found`, also for the view of another user */
  function forget(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx }) => {
      if (!(await deleteView(tx, actor.id, id))) throw viewErrors.notFound({ id });
    });
  }

  return {
    list: (actor: Actor, query: KeptViewQuery) => listViews(db.read, actor.id, query),
    keep,
    forget,
    exportFor: (userId: string) => exportViews(db.read, userId),
    forgetUser: ({ tx }: Unit<ViewsTables>, userId: string) => deleteViewsOf(tx, userId),
  };
}

export type ViewService = ReturnType<typeof createViewService>;
