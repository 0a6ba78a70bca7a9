import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'csv-parse/sync';
import { jobApp } from '#testing/jobs/app.ts';
import { toPdf } from './pdf.ts';
import type { ReportedExecution } from './queries.ts';

test('the CSV report has quotes, line breaks, Persian and emoji as they are, and no formula that a spreadsheet runs', async (t) => {
  const names = ['He said "no"', 'می‌رود و نمی‌آید', 'emoji 🥖', '=cmd|calc'];
  const { app, sara, job } = await jobApp(t, () => {
    throw new Error('first line\nsecond line, with "quotes"');
  });
  for (const name of names) {
    const id = await job({ name });
    await sara.post(`/scheduler/jobs/${id}/run`);
  }
  await app.drain();

  const { headers, body } = await app.http.inject({
    url: '/api/v1/scheduler/jobs/report?status=deadLettered',
    headers: { 'x-test-caller': sara.userId },
  });

  const [header = [], ...rows] = parse(body, { bom: true });
  const cell = (row: string[], name: string) => row[header.indexOf(name)];
  assert.match(String(headers['content-type']), /^text\/csv/);
  assert.deepEqual(rows.map((row) => cell(row, 'jobName')).toReversed(), [...names.slice(0, 3), `'${names[3]}`]);
  assert.ok(rows.every((row) => cell(row, 'error') === 'first line\nsecond line, with "quotes"'));
});

test('the text of the PDF report is in logical order, with half-spaces and ligatures, and nothing of the data is read as markup', async (t) => {
  const names = [
    'پاک‌سازی لاگ‌ها و کالاهای لازم',
    'می‌رود و نمی‌آید',
    'نسخهٔ هفتگی',
    'تلاش‌ها',
    'شروع‌کننده',
    'Call the price service',
    ALPHABET,
  ];
  const rows = names.map((jobName) => ({ ...EXECUTION, jobName, error: '*word* and $y$' }));
  const skipped = { ...EXECUTION, status: 'skipped' as const, skipReason: 'misfire' as const, startedAtUtc: null };
  const found: Record<string, string> = {};
  for (const language of ['fa', 'en'] as const) {
    const pdf = await toPdf([...rows, skipped], { language, timeZone: 'Asia/Tehran', isCut: false, now: new Date() });
    if (!existsSync(PDFTOTEXT)) return t.skip('pdftotext is not installed');
    found[language] = textOf(t, pdf);
  }

  for (const text of Object.values(found))
    for (const part of [...names, 'http.request', '*word* and $y$'])
      assert.ok(text.includes(part), `${part} is not in\n${text}`);
  const { fa = '', en = '' } = found;
  for (const part of [
    'گزارش اجرای کارها',
    'تهیه‌شده در',
    'ناموفق',
    'تلاش‌ها',
    'زمان‌بندی',
    'هیچ پردازه‌ای روشن نبود',
    '۱۴۰۵/۹/۷',
    '۰۹:۳۰',
  ])
    assert.ok(fa.includes(part), `${part} is not in\n${fa}`);
  for (const part of ['Executions of jobs', '28/11/2026 09:30'])
    assert.ok(en.includes(part), `${part} is not in\n${en}`);
});

/** As `pdftotext` extracts it, without marks of direction, in one line. */
function textOf(t: TestContext, pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'report.pdf'), pdf);
  const text = execFileSync(PDFTOTEXT, [join(folder, 'report.pdf'), '-'], { encoding: 'utf8' });
  return text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ');
}

test('in a PDF each Persian glyph stands for one letter, and each object is where the table of objects says', async () => {
  const rows = ['پاک‌سازی لاگ‌ها', 'تلاش‌ها و کالا'].map((jobName) => ({ ...EXECUTION, jobName }));

  const pdf = await toPdf(rows, { language: 'fa', timeZone: 'Asia/Tehran', isCut: false, now: new Date() });

  const text = pdf.toString('latin1');
  const letters = [...text.matchAll(/^<[\dA-F]{4}> <([\dA-F]+)>$/gm)].map(([, codes = '']) => codes);
  const table = Number(/startxref\s+(\d+)/.exec(text)?.[1]);
  const places = [...text.slice(table).matchAll(/^(\d{10}) \d{5} n/gm)].map(([, at]) => Number(at));
  assert.ok(letters.includes('200C') && letters.includes('0644'));
  assert.deepEqual(
    letters.filter((codes) => codes.length > 4),
    [],
  );
  assert.ok(places.length > 20);
  for (const [index, place] of places.entries()) assert.ok(text.startsWith(`${index + 1} 0 obj`, place), String(index));
});

test('the route answers a PDF', async (t) => {
  const { app, sara } = await jobApp(t);

  const { headers, rawPayload } = await app.http.inject({
    url: '/api/v1/scheduler/jobs/report?format=pdf&language=fa',
    headers: { 'x-test-caller': sara.userId },
  });

  assert.equal(headers['content-type'], 'application/pdf');
  assert.equal(rawPayload.subarray(0, 5).toString(), '%PDF-');
});

/** So many glyphs that their codes contain what strings of a PDF escape. */
const ALPHABET = 'ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی لا بلا گلا (لا) ء آ أ ئ';
const PDFTOTEXT = '/usr/bin/pdftotext';
const EXECUTION: ReportedExecution = {
  id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  jobId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e97',
  jobName: '',
  type: 'http.request',
  status: 'deadLettered',
  triggeredBy: 'schedule',
  triggeredById: null,
  occurrenceAtUtc: '2026-11-28T06:00:00.000Z',
  scheduledAtUtc: '2026-11-28T06:00:00.000Z',
  startedAtUtc: '2026-11-28T06:00:00.012Z',
  finishedAtUtc: '2026-11-28T06:00:01.196Z',
  durationMs: 1184,
  nodeId: null,
  attempt: 4,
  maxAttempts: 4,
  isReplay: false,
  replayOf: null,
  error: null,
  deadLetterReason: 'failed',
  skipReason: null,
  skippedFor: null,
  leftOutCount: 1,
  progress: null,
  progressNote: null,
};
