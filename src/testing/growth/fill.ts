import { setTimeout as sleep } from 'node:timers/promises';
import { fillAudit } from './modules/audit.ts';
import { fillAuthorization } from './modules/authorization.ts';
import { fillExports } from './modules/exports.ts';
import { fillFiles } from './modules/files.ts';
import { openFilling, withRows, type Filling, type FillingNeeds } from './filling.ts';
import { fillLogging } from './modules/logging.ts';
import { fillNotifications } from './modules/notifications.ts';
import { fillObservability } from './modules/observability.ts';
import { fillOrganisations } from './modules/organisations.ts';
import { fillPlatform } from './modules/platform.ts';
import { fillProfiles } from './modules/profiles.ts';
import { fillScheduler } from './modules/scheduler.ts';
import { fillWebhooks } from './modules/webhooks.ts';
import { fillTodos } from './modules/todos.ts';
import { fillUsers } from './modules/users.ts';
import { fillViews } from './modules/views.ts';

const VACUUMS = 20;
const PAUSE_MS = 250;

type Fill = (filling: Filling) => Promise<void>;

/** In this order: each refers to rows of those before it. */
const fills: Readonly<Record<string, Fill>> = {
  users: fillUsers,
  authorization: fillAuthorization,
  files: fillFiles,
  organisations: fillOrganisations,
  profiles: fillProfiles,
  exports: fillExports,
  views: fillViews,
  todos: fillTodos,
  notifications: fillNotifications,
  logging: fillLogging,
  audit: fillAudit,
  scheduler: fillScheduler,
  webhooks: fillWebhooks,
  platform: fillPlatform,
  observability: fillObservability,
};

/** Tables that do not grow with use, and that no fill writes. Every other table must have rows. */
const SMALL = new Set(
  `audit.anchor_trouble audit.anchored audit.archive audit.archiving audit.checkpoint audit.finding audit.head
  audit.report_trouble audit.restoration audit.signing_key audit.tree audit.unsealed audit.verified
  authorization.permission authorization.permission_seen authorization.role_inclusion files.link_attempt
  notifications.channel_second notifications.report_backfill notifications.route
  notifications.template_check platform.backup platform.cursor platform.lasting_key platform.migration platform.node platform.removal_pause platform.secret_use
  logging.archive_deletion scheduler.ended_run users.challenge users.code_request users.address_change users.signing_key users.sms_spending users.unfolded_address`.split(
    /\s+/,
  ),
);

/**
 * Fills every table that grows with about `rows` rows, in the shapes that the program writes, and takes the statistics.
 * Modules that an earlier call has filled in the same database stay as they are.
 * `onDone` is told how long each module took. Answers what the ids of the rows are.
 * @throws when a table that may grow has no rows: a new table needs a fill, or a place among those that stay small
 */
export async function fillTables(
  databaseUrl: string,
  needs: FillingNeeds,
  onDone: (name: string, tookMs: number) => void = () => {},
): Promise<Filling['idOf']> {
  const { filling, close } = await openFilling(databaseUrl, needs);
  try {
    const small = withRows(filling, Math.min(filling.rows, FEW));
    const filled = new Set((await filling.sql('select name from public.filled')).map(({ name }) => name));
    const missing = Object.entries(fills).filter(([name]) => !filled.has(name));
    if (missing.length === 0) return filling.idOf;
    await setAutovacuum(filling, 'set (autovacuum_enabled = false)');
    for (const [name, fill] of missing) {
      const beganMs = performance.now();
      await fillWhole(isGrown(name) ? filling : small, name, fill);
      onDone(name, performance.now() - beganMs);
    }
    await setAutovacuum(filling, 'reset (autovacuum_enabled)');
    await vacuumAll(filling);
    const empty = (await listEmptyTables(filling)).filter((name) => !SMALL.has(name));
    if (empty.length > 0) throw new Error(`no fill in src/testing/growth writes to ${empty.join(', ')}`);
    return filling.idOf;
  } finally {
    await close();
  }
}

/** Where the disk is too small for all: which modules get so many rows, by name; the others get few. */
const GROWN = process.env['BONYAN_BENCH_GROWN']?.split(',');
const FEW = 1000;

function isGrown(name: string): boolean {
  return GROWN === undefined || GROWN.includes(name);
}

/** All or nothing, so that a fill that was interrupted goes on with this module. */
async function fillWhole(filling: Filling, name: string, fill: Fill): Promise<void> {
  const isOurs = name !== 'audit'; // the program writes it, in its own transactions
  if (isOurs) await filling.sql('begin');
  await withoutIndexes(filling, name, () => fill(filling));
  await filling.sql('insert into public.filled values ($1)', [name]);
  if (isOurs) await filling.sql('commit');
}

/** On a busy machine it would come in the middle, and leave other pages and statistics than the fill alone. */
async function setAutovacuum({ sql }: Filling, change: string): Promise<void> {
  await sql(
    `do $$ declare name regclass; begin
       for name in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_t%'
       loop execute format('alter table %s ${change}', name); end loop;
     end $$`,
  );
}

/** A vacuum beside an open transaction leaves pages that index-only scans must look into: it is repeated until it has all. */
async function vacuumAll({ sql }: Filling): Promise<void> {
  for (let round = 1; round <= VACUUMS; round++) {
    await sql('vacuum analyze');
    const left = await sql(
      `select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not like 'pg_%' and c.relpages > 50 and c.relallvisible < 0.95 * c.relpages limit 1`,
    );
    if (left.length === 0) return;
    await sleep(PAUSE_MS);
  }
}

/**
 * Indexes that are built at the end take a fraction of the time of those that grow row by row. They stay what they are, with
 * their settings: they are only marked as not ready.
 */
export async function withoutIndexes({ sql }: Filling, schema: string, fill: () => Promise<void>): Promise<void> {
  const marked = await sql(
    `update pg_index i set indisready = false, indisvalid = false from pg_class c, pg_namespace n
     where c.oid = i.indexrelid and n.oid = c.relnamespace and n.nspname = $1 and c.relkind = 'i' and not i.indisunique
     returning format('%I.%I', n.nspname, c.relname) as name`,
    [schema],
  );
  await fill();
  for (const { name } of marked) await sql(`reindex index ${String(name)}`);
}

async function listEmptyTables({ sql }: Filling): Promise<string[]> {
  const rows = await sql(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
       and n.nspname not like 'pg_temp%'
       and (xpath('/row/is_empty/text()', query_to_xml(format('select not exists (select from %I.%I) as is_empty',
         n.nspname, c.relname), false, true, '')))[1]::text = 'true'`,
  );
  return rows.map(({ name }) => String(name));
}
