import { sql, type Kysely } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Unit } from '#platform/database/port.ts';
import type { Component } from '#platform/health/port.ts';
import { parseCheckpoint } from '#verifier/note.ts';
import type { AuditTables } from '../chain/queries.ts';
import type { IntegrityReport } from '../contract.ts';

const TROUBLED_SECONDS = 600; // two recurring reports, or three attempts at leaving a head

type Reports = IntegrityReport['anchors'];

/** All that lies at the anchors. A place that does not answer, or has lost what was left there last, is told of, and no break. */
export async function readAnchors(db: Kysely<AuditTables>, anchors: readonly NamedAnchor[]) {
  const { rows } = await sql<{ name: string; size: number }>`select name, size from audit.anchored`.execute(db);
  const sizes = new Map(rows.map(({ name, size }) => [name, size]));
  const read = await Promise.all(anchors.map((named) => readOne(named, sizes.get(named.name))));
  const reports: Reports = read.map(({ report }) => report);
  return { notes: read.flatMap(({ notes }) => notes), reports };
}

async function readOne({ name, anchor }: NamedAnchor, lastSize: number | undefined) {
  try {
    const found = await anchor.read();
    const notes = found ?? [];
    const isThere = found === null || lastSize === undefined || notes.some((note) => sizeOf(note) === lastSize);
    const error = isThere ? null : `the checkpoint of ${lastSize} entries that was left there is gone`;
    return { notes, report: { name, checkpoints: notes.length, error } };
  } catch (error) {
    return {
      notes: [],
      report: { name, checkpoints: 0, error: error instanceof Error ? error.message : String(error) },
    };
  }
}

function sizeOf(note: string): number | undefined {
  return parseCheckpoint(note)?.size;
}

/** Part of the unit of a recurring report: since when which place has been in trouble. */
export async function noteTrouble({ tx }: Unit<AuditTables>, reports: Reports): Promise<void> {
  const troubled = reports.filter(({ error }) => error !== null);
  const names = troubled.map(({ name }) => name);
  await sql`delete from audit.anchor_trouble where name <> all (${names}::text[])`.execute(tx);
  await sql`insert into audit.anchor_trouble (name, problem)
    select * from unnest(${names}::text[], ${troubled.map(({ error }) => error)}::text[]) t (name, problem)
    on conflict (name) do update set problem = excluded.problem where anchor_trouble.problem <> excluded.problem`.execute(
    tx,
  );
}

/** Unwell while what proves the trail from outside could not be read, or has not been taken, for some time. */
export function anchorHealth(
  db: Kysely<AuditTables>,
  { anchors, anchorSeconds }: { anchors: readonly NamedAnchor[]; anchorSeconds: number },
): Component {
  const names = anchors.map(({ name }) => name);
  return {
    name: 'audit anchors',
    isRequired: false,
    async probe() {
      if (names.length === 0) return;
      const { rows } = await sql<{ name: string; problem: string }>`
        select name, problem from audit.anchor_trouble
        where name = any (${names}::text[]) and since < now() - make_interval(secs => ${TROUBLED_SECONDS})
        union all
        select n.name, 'has not taken the newest checkpoint' from unnest(${names}::text[]) n (name)
        left join audit.anchored a on a.name = n.name
        where exists (select 1 from audit.checkpoint c where c.size > coalesce(a.size, 0)
          and c.created_at < now() - make_interval(secs => ${anchorSeconds + TROUBLED_SECONDS}))`.execute(db);
      if (rows.length > 0) throw new Error(rows.map(({ name, problem }) => `${name}: ${problem}`).join('; '));
    },
  };
}
