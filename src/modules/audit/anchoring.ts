import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { AuditTables } from './chain.ts';
import type { Signing } from './signing.ts';

export interface AnchoringNeeds {
  readonly db: Db<AuditTables>;
  readonly signing: Signing;
  readonly anchors: readonly NamedAnchor[];
}

/** Hands signed heads to the places outside the database. */
export function createAnchoring({ db, signing, anchors }: AnchoringNeeds) {
  /**
   * Signs the head and gives it to every place that does not have it yet; answers their names.
   * @throws AggregateError when some of them could not take it; the others have it.
   */
  async function anchor(): Promise<string[]> {
    const checkpoint = await signing.keepCheckpoint();
    if (!checkpoint) return [];
    const given: string[] = [];
    const failures: unknown[] = [];
    for (const { name, anchor: place } of anchors) {
      if (await hasIt(name, checkpoint.size)) continue;
      try {
        await place.put(checkpoint);
        await note(name, checkpoint.size);
        given.push(name);
      } catch (error) {
        failures.push(new Error(`the checkpoint could not be left at ${name}`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'an anchor did not take the checkpoint');
    return given;
  }

  async function hasIt(name: string, size: number): Promise<boolean> {
    const { rows } = await sql`select 1 from audit.anchored where name = ${name} and size = ${size}`.execute(db.read);
    return rows.length > 0;
  }

  function note(name: string, size: number): Promise<unknown> {
    return db.write(system('audit'), ({ tx }) =>
      sql`insert into audit.anchored (name, size) values (${name}, ${size})
        on conflict (name) do update set size = excluded.size, at = now()`.execute(tx),
    );
  }

  return { anchor };
}
