import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { auditEvents } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { listTrustedKeys } from './signing-keys.ts';

type ReportTrouble = AuditTables['audit.reportTrouble'];

/**
 * The kinds of `audit.integrity_broken` that are no break of the trail: the alarm is the same, since nobody knows whether
 * the trail is whole while a report fails. Their sequence is 0.
 */
export type TroubleKind = 'reportFailed' | 'guardMissing';

/** Recurring reports that fail, or find the guards of the trail missing: an event at first, and health until they succeed. */
export function createReportTrouble({ db, keys }: Pick<AuditNeeds, 'db' | 'keys'>) {
  /** Runs a recurring report, which returns what else is wrong, or null. A failure is recorded, and thrown on: it is retried. */
  async function watched(
    report: string,
    signal: AbortSignal,
    run: () => Promise<string | null>,
  ): Promise<WorkResult<AuditTables>> {
    try {
      const problem = await run();
      await record(report, problem, 'guardMissing');
      return { write: async () => {} };
    } catch (error) {
      if (!signal.aborted) await record(report, toMessage(error), 'reportFailed').catch(() => {}); // the database is away
      throw error;
    }
  }

  function record(report: string, problem: string | null, kind: TroubleKind): Promise<void> {
    return db.write(system('audit'), async ({ tx, publish }) => {
      if (problem === null) {
        await sql`delete from audit.report_trouble where report = ${report}`.execute(tx);
        return;
      }
      const { rows } = await sql<{ isNew: boolean }>`
        insert into audit.report_trouble (report, problem) values (${report}, ${problem})
        on conflict (report) do update set problem = excluded.problem returning xmax = 0 as is_new`.execute(tx);
      const origin = (await listTrustedKeys(tx, keys))[0]?.name ?? '';
      if (rows[0]?.isNew) publish(auditEvents.integrityBroken, { origin, sequence: 0, kind });
    });
  }

  return { watched };
}

/** What is wrong with recurring reports, in words; null when all of them succeed. */
export async function readReportTrouble(db: AuditNeeds['db']): Promise<string | null> {
  const { rows } = await sql<Pick<ReportTrouble, 'report' | 'problem'>>`
    select report, problem from audit.report_trouble order by report`.execute(db.read);
  return rows.length === 0 ? null : rows.map(({ report, problem }) => `the report ${report}: ${problem}`).join('; ');
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
