import { sql } from 'kysely';
import type { Unit } from '#platform/database/port.ts';
import type { Component } from '#platform/health/port.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import type { AnchorReports } from './stored-notes.ts';

const TOLERATED_SECONDS = 600; // two recurring reports, or three attempts to store a checkpoint

/** In the unit of a recurring report: keeps since when each anchor has failed. */
export async function recordAnchorFailures({ tx }: Unit<AuditTables>, reports: AnchorReports): Promise<void> {
  const failed = reports.filter(({ error }) => error !== null);
  const names = failed.map(({ name }) => name);
  await sql`delete from audit.anchor_trouble where name <> all (${names}::text[])`.execute(tx);
  await sql`insert into audit.anchor_trouble (name, problem)
    select * from unnest(${names}::text[], ${failed.map(({ error }) => error)}::text[]) t (name, problem)
    on conflict (name) do update set problem = excluded.problem where anchor_trouble.problem <> excluded.problem`.execute(
    tx,
  );
}

/** Unhealthy once an anchor has failed, or has not taken the newest checkpoint, for more than ten minutes. */
export function anchorHealth({ db, anchors, anchorSeconds }: Pick<AuditNeeds, 'db' | 'anchors' | 'anchorSeconds'>) {
  const names = anchors.map(({ name }) => name);
  return {
    name: 'audit anchors',
    isRequired: false,
    async probe() {
      if (names.length === 0) return;
      const { rows } = await sql<Pick<AuditTables['audit.anchorTrouble'], 'name' | 'problem'>>`
        select name, problem from audit.anchor_trouble
        where name = any (${names}::text[]) and since < now() - make_interval(secs => ${TOLERATED_SECONDS})
        union all
        select n.name, 'has not taken the newest checkpoint' from unnest(${names}::text[]) n (name)
        left join audit.anchored a on a.name = n.name
        where exists (select 1 from audit.checkpoint c where c.size > coalesce(a.size, 0)
          and c.created_at < now() - make_interval(secs => ${anchorSeconds + TOLERATED_SECONDS}))`.execute(db.read);
      if (rows.length > 0) throw new Error(rows.map(({ name, problem }) => `${name}: ${problem}`).join('; '));
    },
  } satisfies Component;
}
