import { newId, type Actor, type OwnNeeds, type PageQuery, type Unit } from 'bonyan';
import { gadgetErrors, gadgetEvents, type NewGadget, type Gadget } from './contract.ts';
import { deleteGadget, deleteGadgetsOf, exportGadgets, insertGadget, listGadgets } from './queries.ts';
import type { GadgetsTables } from './tables.ts';

/** Others that this module can take are listed in `OwnNeeds`. */
export type GadgetsNeeds = Pick<OwnNeeds<GadgetsTables>, 'db'>;

/** The rules: who may do what, and what is then announced. */
export function createGadgetService({ db }: GadgetsNeeds) {
  /** The row, and the event that announces it, are committed together or not at all. */
  function add(actor: Actor, fields: NewGadget): Promise<Gadget> {
    return db.write(actor, async ({ tx, publish }) => {
      const made = await insertGadget(tx, { id: newId(), ownerId: actor.id, ...fields });
      publish(gadgetEvents.added, { gadgetId: made.id, ownerId: actor.id });
      return made;
    });
  }

  /** @throws `gadgets.not_found`, also where it belongs to somebody else. */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx }) => {
      if (!(await deleteGadget(tx, actor, id))) throw gadgetErrors.notFound({ id });
    });
  }

  return {
    list: (actor: Actor, query: PageQuery) => listGadgets(db.read, actor, query),
    add,
    remove,
    exportFor: (userId: string) => exportGadgets(db.read, userId),
    /** Part of the platform's unit, when a person is erased. */
    forgetUser: ({ tx }: Unit<GadgetsTables>, userId: string) => deleteGadgetsOf(tx, userId),
  };
}

export type GadgetService = ReturnType<typeof createGadgetService>;
