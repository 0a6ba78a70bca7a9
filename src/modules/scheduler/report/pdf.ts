import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Language } from '#kernel/language.ts';
import { clip } from '#kernel/text.ts';
import { printDate, printDigits, printNumber, type DateStyle } from '#kernel/time/calendar.ts';
import type { SkipReason } from '../contract.ts';
import type { ReportedExecution } from './queries.ts';

const WIDTHS = [3, 2, 1.3, 1.3, 2.4, 1, 1, 3];
const MAX_ERROR = 120; // letters

/** A table as `report.typ` reads it. */
interface PdfReport {
  readonly language: Language;
  readonly title: string;
  readonly subtitle: string;
  readonly page: string;
  readonly widths: readonly number[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PdfOptions {
  readonly language: Language;
  readonly timeZone: string;
  /** Whether there are more than these. */
  readonly isCut: boolean;
  readonly now: Date;
}

/** The executions as a table, in the calendar and digits of the language. Set by Typst, in a thread of its own. */
export async function toPdf(executions: readonly ReportedExecution[], options: PdfOptions): Promise<Buffer> {
  const thread = new Worker(new URL('./pdf-thread.ts', import.meta.url), { workerData: toReport(executions, options) });
  try {
    const [pdf] = (await once(thread, 'message')) as [Uint8Array]; // rejects with the error of the thread
    return Buffer.from(pdf);
  } finally {
    await thread.terminate();
  }
}

function toReport(executions: readonly ReportedExecution[], { language, timeZone, isCut, now }: PdfOptions): PdfReport {
  const words = WORDS[language];
  const reader = { language, timeZone };
  const date = (at: string, style: DateStyle) => printDate({ at: new Date(at), isInstant: true }, style, reader);
  const time = (at: string) => words.at.replace('{date}', date(at, 'short')).replace('{time}', date(at, 'time'));
  const shown = printNumber(executions.length, language);
  return {
    language,
    title: words.title,
    subtitle: `${words.made} ${date(now.toISOString(), 'dateTime')} · ${(isCut ? words.newest : words.all).replace('{count}', shown)}`,
    page: words.page,
    widths: WIDTHS,
    columns: words.columns,
    rows: executions.map((each) => [
      each.jobName,
      each.type,
      words.statuses[each.status],
      words.triggers[each.triggeredBy],
      time(each.startedAtUtc ?? each.scheduledAtUtc),
      each.durationMs === null ? '' : printNumber(each.durationMs, language),
      printDigits(each.attempt, language),
      clip(each.error ?? (each.skipReason === null ? '' : words.skips[each.skipReason]), MAX_ERROR),
    ]),
  };
}

interface Words {
  readonly title: string;
  readonly made: string;
  readonly all: string;
  readonly newest: string;
  readonly page: string;
  /** When a run began; the subtitle names the time zone. */
  readonly at: string;
  readonly columns: readonly string[];
  readonly statuses: Record<ReportedExecution['status'], string>;
  readonly triggers: Record<ReportedExecution['triggeredBy'], string>;
  readonly skips: Record<SkipReason, string>;
}

const WORDS: Record<Language, Words> = {
  en: {
    title: 'Executions of jobs',
    made: 'Made on',
    all: '{count} executions',
    newest: 'the newest {count} executions; the CSV report has all',
    page: 'Page {page}',
    at: '{date} {time}',
    columns: ['Job', 'Type', 'State', 'Trigger', 'Begun', 'Duration (ms)', 'Attempts', 'Error or reason'],
    statuses: {
      scheduled: 'scheduled',
      running: 'running',
      succeeded: 'succeeded',
      failed: 'to be repeated',
      canceled: 'cancelled',
      timedOut: 'timed out',
      skipped: 'left out',
      deadLettered: 'failed',
    },
    triggers: {
      schedule: 'schedule',
      manual: 'by hand',
      dependency: 'dependency',
      catchUp: 'catch-up',
      replay: 'replay',
    },
    skips: {
      overlap: 'another run had not ended',
      paused: 'the job was paused',
      holiday: 'a holiday',
      misfire: 'no process was running',
      quarantined: 'the job was in quarantine',
      dependency: 'a job before it did not succeed',
      owner: 'the owner may not run it',
    },
  },
  fa: {
    title: 'گزارش اجرای کارها',
    made: 'تهیه‌شده در',
    all: '{count} اجرا',
    newest: '{count} اجرای آخر؛ همهٔ اجراها در گزارش CSV هست',
    page: 'صفحهٔ {page}',
    at: '{date}، ساعت {time}',
    columns: ['کار', 'نوع', 'وضعیت', 'شروع‌کننده', 'زمان شروع', 'مدت (میلی‌ثانیه)', 'تلاش‌ها', 'خطا یا دلیل'],
    statuses: {
      scheduled: 'زمان‌بندی‌شده',
      running: 'در حال اجرا',
      succeeded: 'موفق',
      failed: 'در انتظار تکرار',
      canceled: 'لغوشده',
      timedOut: 'پایان مهلت',
      skipped: 'اجرانشده',
      deadLettered: 'ناموفق',
    },
    triggers: { schedule: 'زمان‌بندی', manual: 'دستی', dependency: 'وابستگی', catchUp: 'جبران', replay: 'تکرار' },
    skips: {
      overlap: 'اجرای قبلی تمام نشده بود',
      paused: 'کار متوقف بود',
      holiday: 'روز تعطیل',
      misfire: 'هیچ پردازه‌ای روشن نبود',
      quarantined: 'کار در قرنطینه بود',
      dependency: 'کار پیش‌نیاز موفق نشد',
      owner: 'مالک اجازهٔ اجرا ندارد',
    },
  },
};
