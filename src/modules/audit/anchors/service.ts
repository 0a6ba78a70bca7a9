import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { AnchoredCheckpoint, NamedAnchor } from '#platform/anchor/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { AuditTables } from '../chain/queries.ts';
import type { Signing } from '../chain/signing-keys.ts';

const SLACK = 0.9; // of the time between two heads: the regular run must not find the one before it still fresh

export interface AnchoringNeeds {
  readonly db: Db<AuditTables>;
  readonly signing: Signing;
  readonly anchors: readonly NamedAnchor[];
  /** How often a head is signed for them. */
  readonly anchorSeconds: number;
}

/** Hands signed heads to the places outside the database. */
export function createAnchoring({ db, signing, anchors, anchorSeconds }: AnchoringNeeds) {
  /**
   * Signs the head and gives it to every place that does not have it yet; answers their names.
   * @throws AggregateError when some of them could not take it; the others have it.
   */
  async function anchor(): Promise<string[]> {
    return leave(await signing.keepCheckpoint());
  }

  /** One head each time that they are due, however often this is tried again for a place that does not take it. */
  async function anchorRegularly(): Promise<string[]> {
    return leave((await findFresh()) ?? (await signing.keepCheckpoint()));
  }

  async function findFresh(): Promise<AnchoredCheckpoint | null> {
    const { rows } = await sql<AnchoredCheckpoint>`
      select size, note from audit.checkpoint where created_at > now() - make_interval(secs => ${anchorSeconds * SLACK})
      order by created_at desc, size desc limit 1`.execute(db.read);
    return rows[0] ?? null;
  }

  async function leave(checkpoint: AnchoredCheckpoint | null): Promise<string[]> {
    if (!checkpoint) return [];
    const given: string[] = [];
    const failures: unknown[] = [];
    await Promise.all(
      anchors.map(async ({ name, anchor: place }) => {
        try {
          if (await hasIt(name, checkpoint.size)) return;
          await place.put(checkpoint);
          await note(name, checkpoint.size);
          given.push(name);
        } catch (error) {
          failures.push(new Error(`the checkpoint could not be left at ${name}`, { cause: error }));
        }
      }),
    );
    if (failures.length > 0) throw new AggregateError(failures, 'an anchor did not take the checkpoint');
    return anchors.map(({ name }) => name).filter((name) => given.includes(name));
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

  return { anchor, anchorRegularly };
}
