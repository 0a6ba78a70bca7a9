import type { Readable } from 'node:stream';
import { toCsv } from '#kernel/csv.ts';
import { createTurns } from '#kernel/limits/turns.ts';
import { inBatches } from '#platform/database/port.ts';
import type { SchedulerNeeds } from '../needs.ts';
import type { ExecutionReportQuery } from './schemas.ts';
import { toPdf } from './pdf.ts';
import { readExecutions, type ReportedExecution } from './queries.ts';

const MAX_PDF_ROWS = 1000; // some forty pages
const COLUMNS = [
  'id',
  'jobId',
  'jobName',
  'type',
  'status',
  'triggeredBy',
  'occurrenceAtUtc',
  'scheduledAtUtc',
  'startedAtUtc',
  'finishedAtUtc',
  'durationMs',
  'attempt',
  'maxAttempts',
  'isReplay',
  'skipReason',
  'leftOutCount',
  'deadLetterReason',
  'error',
  'nodeId',
] as const;

/** Reports of executions, newest first. */
export function createReport({ db, timeZone }: Pick<SchedulerNeeds, 'db' | 'timeZone'>) {
  const inTurn = createTurns(1); // Typst takes a thread and its memory

  /** All that match; read in batches, as fast as the client reads. */
  function csv(query: ExecutionReportQuery): Readable {
    const rows = inBatches<ReportedExecution>((after, limit) =>
      readExecutions(db.read, query, after?.id ?? null, limit),
    );
    return toCsv(COLUMNS, rows);
  }

  /** The newest thousand that match. */
  async function pdf({ language = 'en', ...query }: ExecutionReportQuery): Promise<Buffer> {
    const rows = await readExecutions(db.read, query, null, MAX_PDF_ROWS + 1);
    const isCut = rows.length > MAX_PDF_ROWS;
    return inTurn(() => toPdf(rows.slice(0, MAX_PDF_ROWS), { language, timeZone, isCut, now: new Date() }));
  }

  return {
    async make(query: ExecutionReportQuery): Promise<{ type: string; name: string; content: Readable | Buffer }> {
      if (query.format === 'pdf') return { type: 'application/pdf', name: 'executions.pdf', content: await pdf(query) };
      return { type: 'text/csv; charset=utf-8', name: 'executions.csv', content: csv(query) };
    },
  };
}

export type ExecutionReport = ReturnType<typeof createReport>;
