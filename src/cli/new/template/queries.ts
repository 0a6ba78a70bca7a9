import type { Insertable, Kysely, Transaction } from 'kysely';
import { newestFirst, pageQuery, type Actor, type PageQuery } from 'bonyan';
import { Gadget } from './contract.ts';
import type { GadgetsTables } from './tables.ts';

type Reader = Kysely<GadgetsTables>;
type Writer = Transaction<GadgetsTables>;
type Owner = Pick<Actor, 'id'>;

const COLUMNS = Object.keys(Gadget.properties) as (keyof Gadget)[]; // the schema's own keys

/** The one rule of who sees a row, for lists and single rows alike: you see what you own. */
function visibleTo(db: Reader, owner: Owner) {
  return db.selectFrom('gadgets.gadget').where('ownerId', '=', owner.id);
}

export function listGadgets(db: Reader, owner: Owner, query: PageQuery) {
  return pageQuery(db, visibleTo(db, owner).select(COLUMNS), query, newestFirst());
}

export function insertGadget(tx: Writer, row: Insertable<GadgetsTables['gadgets.gadget']>): Promise<Gadget> {
  return tx.insertInto('gadgets.gadget').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** False if there is none. */
export async function deleteGadget(tx: Writer, owner: Owner, id: string): Promise<boolean> {
  const deleted = tx.deleteFrom('gadgets.gadget').where('ownerId', '=', owner.id).where('id', '=', id);
  return (await deleted.executeTakeFirst()).numDeletedRows > 0n;
}

/** Everything of one user, oldest first. */
export function exportGadgets(db: Reader, ownerId: string): Promise<Gadget[]> {
  return visibleTo(db, { id: ownerId }).select(COLUMNS).orderBy('id').execute();
}

export async function deleteGadgetsOf(tx: Writer, ownerId: string): Promise<void> {
  await tx.deleteFrom('gadgets.gadget').where('ownerId', '=', ownerId).execute();
}
