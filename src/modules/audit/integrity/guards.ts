import { sql, type Kysely } from 'kysely';
import type { AuditTables } from '../tables.ts';

/**
 * Everything in the schema `audit` that refuses a change: triggers that are enabled, with the function they call; functions,
 * with a hash of their text; and constraints. A superuser can take each of it away, so no check relies on it.
 */
export async function listGuards(db: Kysely<AuditTables>): Promise<string[]> {
  const { rows } = await sql<{ guard: string }>`
    select 'trigger ' || c.relname || '.' || t.tgname || ' ' || p.proname as guard
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where c.relnamespace = 'audit'::regnamespace and not t.tgisinternal and t.tgenabled in ('O', 'A')
    union all
    select 'function ' || p.proname || ' ' || left(md5(p.prosrc), 8) from pg_proc p
    where p.pronamespace = 'audit'::regnamespace
    union all
    select 'constraint ' || c.relname || '.' || k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'audit'::regnamespace and k.contype in ('p', 'u', 'c', 'f')`.execute(db);
  return rows.map(({ guard }) => guard).toSorted();
}

export async function findMissingGuards(db: Kysely<AuditTables>): Promise<string[]> {
  const present = new Set(await listGuards(db));
  return GUARDS.filter((guard) => !present.has(guard));
}

/** As the migrations make them. */
export const GUARDS: readonly string[] = [
  'constraint anchor_trouble.anchor_trouble_pkey',
  'constraint anchored.anchored_pkey',
  'constraint archive.archive_bounds',
  'constraint archive.archive_check',
  'constraint archive.archive_last_sequence_key',
  'constraint archive.archive_pkey',
  'constraint archiving.archiving_pkey',
  'constraint archiving.archiving_status_check',
  'constraint checkpoint.checkpoint_bounds',
  'constraint checkpoint.checkpoint_pkey',
  'constraint entry.entry_bounds',
  'constraint entry.entry_outcome_check',
  'constraint entry.entry_pkey',
  'constraint finding.finding_check',
  'constraint head.head_bounds',
  'constraint head.head_is_only_check',
  'constraint head.head_pkey',
  'constraint payload.payload_bounds',
  'constraint payload.payload_entry_id_fkey',
  'constraint payload.payload_pkey',
  'constraint report_trouble.report_trouble_pkey',
  'constraint restoration.restoration_pkey',
  'constraint run.run_pkey',
  'constraint run.run_status_check',
  'constraint seal.seal_bounds',
  'constraint seal.seal_entry_id_key',
  'constraint seal.seal_pkey',
  'constraint signing_key.signing_key_pkey',
  'constraint tree.tree_bounds',
  'constraint tree.tree_pkey',
  'constraint unsealed.unsealed_pkey',
  'constraint verified.verified_is_only_check',
  'constraint verified.verified_pkey',
  'function is_archived 8589b16a',
  'function refuse_change 22afb212',
  'function refuse_drop fcdaa3c1',
  'trigger archive.archive_append_only refuse_change',
  'trigger archive.archive_no_truncate refuse_change',
  'trigger checkpoint.checkpoint_append_only refuse_change',
  'trigger checkpoint.checkpoint_no_truncate refuse_change',
  'trigger entry.entry_append_only refuse_change',
  'trigger entry.entry_dropped refuse_drop',
  'trigger entry.entry_no_truncate refuse_change',
  'trigger head.head_grows refuse_change',
  'trigger head.head_kept refuse_change',
  'trigger head.head_no_truncate refuse_change',
  'trigger restoration.restoration_append_only refuse_change',
  'trigger restoration.restoration_no_truncate refuse_change',
  'trigger seal.seal_append_only refuse_change',
  'trigger seal.seal_dropped refuse_drop',
  'trigger seal.seal_no_truncate refuse_change',
  'trigger signing_key.signing_key_fixed refuse_change',
  'trigger signing_key.signing_key_kept refuse_change',
  'trigger signing_key.signing_key_no_truncate refuse_change',
  'trigger tree.tree_append_only refuse_change',
  'trigger tree.tree_no_truncate refuse_change',
];
