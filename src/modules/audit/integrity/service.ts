import { sql } from 'kysely';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Unit } from '#platform/database/port.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { recordAnchorFailures } from '../anchors/health.ts';
import { auditErrors } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { IntegrityQuery, IntegrityReport, IntegrityRun } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';
import { createIntegrityCheck, type CheckNeeds, type CheckResult } from './integrity-check.ts';
import { auditReport, saveFindings } from './findings.ts';
import { createReportTrouble } from '../chain/report-trouble.ts';

/** One item for each report that takes longer than a request may. */
export const integrityQueue = defineQueue('audit.integrity');
const PROGRESS_MS = 500;

type RunRow = Omit<AuditTables['audit.run'], 'requestedBy'>;

export type IntegrityNeeds = CheckNeeds & Pick<AuditNeeds, 'directEntries'>;

/**
 * Integrity reports. On request: within the request where few entries are read, otherwise as a run, which reports its
 * progress and can be cancelled. And recurring ones.
 */
export function createIntegrity({ directEntries, ...needs }: IntegrityNeeds) {
  const { db, keys } = needs;
  const { check, countToRead } = createIntegrityCheck(needs);
  const trouble = createReportTrouble(needs);

  async function request(
    actor: Actor,
    { updateFlags = false, incremental = false }: IntegrityQuery,
    signal: AbortSignal,
  ): Promise<{ report: IntegrityReport } | { run: IntegrityRun }> {
    const total = await countToRead(incremental);
    if (total > directEntries) return { run: await begin(actor, { updateFlags, incremental, total }) };
    const result = await check({ incremental, signal });
    await db.write(actor, async (unit) => {
      if (updateFlags) await saveFindings(unit, keys, result);
      auditReport(unit, result);
    });
    return { report: result.report };
  }

  /** Returns the run that is in progress, if there is one. */
  async function begin(
    actor: Actor,
    { updateFlags, incremental, total }: Pick<AuditTables['audit.run'], 'updateFlags' | 'incremental' | 'total'>,
  ): Promise<IntegrityRun> {
    const id = await db.write(actor, async ({ tx, enqueue, audit }) => {
      const { rows } = await sql<{ id: string }>`
        insert into audit.run (id, requested_by, status, update_flags, incremental, total)
        values (${newId()}::uuid, ${actor.id}, 'running', ${updateFlags}, ${incremental}, ${total})
        on conflict (update_flags, incremental) where status = 'running' do nothing returning id`.execute(tx);
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
    return get(id ?? (await findNewest(updateFlags, incremental)));
  }

  async function findNewest(updateFlags: boolean, incremental: boolean): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select id from audit.run where update_flags = ${updateFlags} and incremental = ${incremental}
      order by id desc limit 1`.execute(db.read);
    if (!rows[0]) throw auditErrors.runNotFound({});
    return rows[0].id;
  }

  /** @throws `audit.run_not_found` */
  async function get(id: string): Promise<IntegrityRun> {
    const row = await find(id);
    if (!row) throw auditErrors.runNotFound({ id });
    const { status, checked, total, report, createdAt, finishedAt } = row;
    return { id, status, entriesChecked: checked, entriesTotal: total, report, createdAt, finishedAt };
  }

  async function find(id: string): Promise<RunRow | undefined> {
    const { rows } =
      await sql<RunRow>`select id, status, update_flags, incremental, checked, total, report, created_at, finished_at
      from audit.run where id = ${id}::uuid`.execute(db.read);
    return rows[0];
  }

  /** Does not change a run that has ended. @throws `audit.run_not_found` */
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
  ): Promise<WorkResult<AuditTables>> {
    const run = await find(id);
    if (run?.status !== 'running') return { write: async () => {} };
    const cancelled = new AbortController();
    let savedMs = performance.now();
    const onProgress = async (checked: number, total: number) => {
      if (performance.now() - savedMs < PROGRESS_MS) return;
      savedMs = performance.now();
      if (!(await saveProgress(id, checked, total))) cancelled.abort();
    };
    try {
      const either = AbortSignal.any([signal, cancelled.signal]);
      const result = await check({ incremental: run.incremental, signal: either, onProgress });
      return { write: (unit) => finish(unit, run, result) };
    } catch (error) {
      if (cancelled.signal.aborted) return { write: async () => {} }; // its row says so already
      if (attempt < maxAttempts) throw error;
      return giveUp({ ref: id, origin });
    }
  }

  /** All attempts have failed, or their processes died. */
  async function giveUp({ ref: id, origin }: Pick<Work, 'ref' | 'origin'>): Promise<WorkResult<AuditTables>> {
    return {
      async write({ tx, audit }) {
        const { numAffectedRows } = await sql`update audit.run set status = 'failed', finished_at = now()
          where id = ${id}::uuid and status = 'running'`.execute(tx);
        if (numAffectedRows !== 1n) return;
        audit({
          action: 'audit.integrity_failed',
          resourceType: 'auditRun',
          resourceId: id,
          outcome: 'failure',
          payload: { requestId: origin.requestId },
        });
      },
    };
  }

  /** False when the run was cancelled. */
  function saveProgress(id: string, checked: number, total: number): Promise<boolean> {
    return db.write(system('audit'), async ({ tx }) => {
      const { numAffectedRows } = await sql`update audit.run set checked = ${checked}, total = ${total}
        where id = ${id}::uuid and status = 'running'`.execute(tx);
      return numAffectedRows === 1n;
    });
  }

  async function finish(unit: Unit<AuditTables>, run: RunRow, result: CheckResult): Promise<void> {
    const { report } = result;
    const { numAffectedRows } = await sql`update audit.run set status = 'succeeded', finished_at = now(),
      checked = ${report.entriesChecked}, total = ${report.to - report.from + 1},
      report = ${JSON.stringify(report)}::jsonb
      where id = ${run.id}::uuid and status = 'running'`.execute(unit.tx);
    if (numAffectedRows !== 1n) return;
    if (run.updateFlags) await saveFindings(unit, keys, result);
    auditReport(unit, result);
  }

  /** A recurring report: flags and publishes what it finds. One that cannot be made is an alarm as well. */
  function watch(incremental: boolean, signal: AbortSignal): Promise<WorkResult<AuditTables>> {
    return trouble.watched(incremental ? 'audit.watch' : 'audit.watch_all', signal, async () => {
      const result = await check({ incremental, signal });
      const hasNewFindings = result.report.entriesChecked > 0 || result.breaks.length > 0;
      // In a unit of its own: findings that cannot be stored are a report that failed.
      await db.write(system('audit'), async (unit) => {
        if (hasNewFindings) await saveFindings(unit, keys, result);
        await recordAnchorFailures(unit, result.report.anchors);
      });
      return toProblem(result.report);
    });
  }

  /** Verifies, and flags what it finds. */
  async function verify(incremental: boolean, signal: AbortSignal, onProgress: (done: number, total: number) => void) {
    const result = await check({ incremental, signal, onProgress: async (done, total) => onProgress(done, total) });
    await db.write(system('audit'), async (unit) => {
      await saveFindings(unit, keys, result);
      auditReport(unit, result);
    });
    return result;
  }

  return { request, get, cancel, work, giveUp, watch, verify };
}

function toProblem({ missingGuards }: IntegrityReport): string | null {
  return missingGuards.length === 0 ? null : `missing or changed in the database: ${missingGuards.join(', ')}`;
}

export type IntegrityService = ReturnType<typeof createIntegrity>;
