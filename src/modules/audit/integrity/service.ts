import { sql } from 'kysely';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Db } from '#platform/database/port.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import type { AuditTables } from '../chain/queries.ts';
import { auditErrors, type IntegrityQuery, type IntegrityReport, type IntegrityRun } from '../contract.ts';
import { recordReport, type Found, type Integrity } from './check.ts';

/** One item per report that takes longer than a request may. */
export const integrityQueue = defineQueue('audit.integrity');
const PROGRESS_MS = 500;

interface RunRow {
  readonly id: string;
  readonly status: IntegrityRun['status'];
  readonly updateFlags: boolean;
  readonly checked: number;
  readonly total: number;
  readonly report: IntegrityReport | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface RunsNeeds {
  readonly db: Db<AuditTables>;
  readonly integrity: Integrity;
  /** Entries up to which a whole report is answered at once. */
  readonly directEntries: number;
}

/**
 * Integrity reports on demand: at once where that is quick, else as a run, which reads everything, tells how far it is and
 * can be stopped.
 */
export function createRuns({ db, integrity, directEntries }: RunsNeeds) {
  async function ask(
    actor: Actor,
    { updateFlags = false, incremental = false }: IntegrityQuery,
    signal: AbortSignal,
  ): Promise<{ report: IntegrityReport } | { run: IntegrityRun }> {
    if ((await integrity.countToRead(incremental)) > directEntries)
      return { run: await begin(actor, updateFlags, await integrity.countToRead(false)) };
    const found = await integrity.check({ incremental, signal });
    await db.write(actor, async (unit) => {
      if (updateFlags) await integrity.keep(unit, found);
      recordReport(unit, found);
    });
    return { report: found.report };
  }

  /** Whoever asks while one is running gets that one. */
  async function begin(actor: Actor, updateFlags: boolean, total: number): Promise<IntegrityRun> {
    const id = await db.write(actor, async ({ tx, enqueue, audit }) => {
      const { rows } = await sql<{ id: string }>`
        insert into audit.run (id, requested_by, status, update_flags, total)
        values (${newId()}::uuid, ${actor.id}, 'running', ${updateFlags}, ${total})
        on conflict (update_flags) where status = 'running' do nothing returning id`.execute(tx);
      const [created] = rows;
      if (!created) return null;
      enqueue(integrityQueue, { ref: created.id, lane: 'low' });
      audit({
        action: 'audit.integrity_requested',
        resourceType: 'auditRun',
        resourceId: created.id,
        payload: { total },
      });
      return created.id;
    });
    return id === null ? get(await findRunning(updateFlags)) : get(id);
  }

  async function findRunning(updateFlags: boolean): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select id from audit.run where update_flags = ${updateFlags} order by created_at desc limit 1`.execute(db.read);
    return rows[0]?.id ?? '';
  }

  /** @throws `audit.run_not_found` */
  async function get(id: string): Promise<IntegrityRun> {
    const row = await find(id);
    if (!row) throw auditErrors.runNotFound({ id });
    const { status, checked, total, report, createdAt, finishedAt } = row;
    return { id, status, entriesChecked: checked, entriesTotal: total, report, createdAt, finishedAt };
  }

  async function find(id: string): Promise<RunRow | undefined> {
    const { rows } = await sql<RunRow>`select id, status, update_flags, checked, total, report, created_at, finished_at
      from audit.run where id::text = ${id}`.execute(db.read);
    return rows[0];
  }

  /** A run that has ended stays as it ended. @throws `audit.run_not_found` */
  async function cancel(actor: Actor, id: string): Promise<void> {
    await get(id);
    await db.write(actor, async ({ tx, audit }) => {
      const { numAffectedRows } = await sql`update audit.run set status = 'cancelled', finished_at = now()
        where id = ${id}::uuid and status = 'running'`.execute(tx);
      if (numAffectedRows === 1n)
        audit({ action: 'audit.integrity_cancelled', resourceType: 'auditRun', resourceId: id });
    });
  }

  async function work(
    { ref: id, attempt, maxAttempts, origin }: Work,
    signal: AbortSignal,
  ): Promise<Settlement<AuditTables>> {
    const run = await find(id);
    if (run?.status !== 'running') return { write: async () => {} };
    const stop = new AbortController();
    let toldMs = performance.now();
    const onProgress = async (checked: number, total: number) => {
      if (performance.now() - toldMs < PROGRESS_MS) return;
      toldMs = performance.now();
      if (!(await tellProgress(id, checked, total))) stop.abort();
    };
    try {
      const both = AbortSignal.any([signal, stop.signal]);
      const found = await integrity.check({ incremental: false, signal: both, onProgress });
      return { write: (unit) => finish(unit, run, found) };
    } catch (error) {
      if (stop.signal.aborted) return { write: async () => {} }; // cancelled: that stands in its row already
      if (attempt < maxAttempts) throw error;
      return giveUp({ ref: id, origin });
    }
  }

  /** Whether the attempts failed, or the process died in each of them. */
  async function giveUp({ ref: id, origin }: Pick<Work, 'ref' | 'origin'>): Promise<Settlement<AuditTables>> {
    return {
      async write({ tx, audit }) {
        const { numAffectedRows } = await sql`update audit.run set status = 'failed', finished_at = now()
          where id = ${id}::uuid and status = 'running'`.execute(tx);
        if (numAffectedRows !== 1n) return;
        const payload = { requestId: origin.requestId };
        audit({
          action: 'audit.integrity_failed',
          resourceType: 'auditRun',
          resourceId: id,
          outcome: 'failure',
          payload,
        });
      },
    };
  }

  /** False when the run was cancelled. */
  function tellProgress(id: string, checked: number, total: number): Promise<boolean> {
    return db.write(system('audit'), async ({ tx }) => {
      const { numAffectedRows } = await sql`update audit.run set checked = ${checked}, total = ${total}
        where id = ${id}::uuid and status = 'running'`.execute(tx);
      return numAffectedRows === 1n;
    });
  }

  async function finish(
    unit: Parameters<Settlement<AuditTables>['write']>[0],
    run: RunRow,
    found: Found,
  ): Promise<void> {
    const { numAffectedRows } = await sql`update audit.run set status = 'succeeded', finished_at = now(),
      checked = ${found.report.entriesChecked}, total = ${found.report.to - found.report.from + 1},
      report = ${JSON.stringify(found.report)}::jsonb
      where id = ${run.id}::uuid and status = 'running'`.execute(unit.tx);
    if (numAffectedRows !== 1n) return;
    if (run.updateFlags) await integrity.keep(unit, found);
    recordReport(unit, found);
  }

  return { ask, get, cancel, work, giveUp };
}

export type Runs = ReturnType<typeof createRuns>;
