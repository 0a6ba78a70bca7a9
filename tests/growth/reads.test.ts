import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PASSWORD } from '#testing/accounts.ts';
import { fillPath, operationsOf, type Operation } from '#testing/api/operations.ts';
import { MAILBOX_KEY } from '#testing/app.ts';
import { explainEverything, rowsReadBy, toLines, type RanStatement } from '#testing/growth/plans.ts';
import { filledApp } from '#testing/growth/stage.ts';
import { questionsOf, SEARCHES, type Caller, type Questions } from './questions.ts';

const ROWS = 50_000;
const TIMEOUT_MS = 900_000; // about a minute and a half on a core without other work
const MAX_ROWS = 22_000; // a list counts 10,001 rows, and finds a page among as many
const MAX_PAGES = 1000; // of 8 kB
const PAGES_PER_SKIPPED = 1.1; // its own, and its share of the index
const COUNTED = 10_000; // so many items have a page with a number
const PAGE_SIZE = 20;
const PAGING = new Set(['page', 'pageIndex', 'pageSize', 'cursor']);
const SORTS = new Set(['sortBy', 'sortOrder']);
const SHOWN_LINES = 12; // of a plan
// By the fills, an account with one row of each kind, and without a second factor.
const PERSON = 'person-5@example.com';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'openapi.json'), 'utf8'));
const reads = operationsOf(document).filter(({ method, isStream }) => method === 'GET' && !isStream);

type Query = Readonly<Record<string, string>>;
type Row = Query;

interface Asked extends Pick<Operation, 'method' | 'path'> {
  readonly url: string;
  readonly payload?: object;
}

test('no read takes more than 22,000 rows of a table or 1,000 pages', { timeout: TIMEOUT_MS }, async (t) => {
  const watch = explainEverything();
  const tell = (name: string, tookMs: number) => t.diagnostic(`${name}: ${(tookMs / 1000).toFixed(1)} s`);
  const { app, send, owner, admin, idOf } = await filledApp(t, ROWS, {}, tell);
  const { body: person } = await app.anonymous.post('/users/login', { email: PERSON, password: PASSWORD });
  const callers = { admin, owner, person };
  const findings: string[] = [];
  let asked = 0;

  function call({ method, path, url, payload }: Asked, as: Caller) {
    const headers = path === '/dev/mailbox' ? { host: 'localhost', 'x-mailbox-key': MAILBOX_KEY } : {};
    return send({ method, url, payload, headers }, callers[as]);
  }

  async function ask(operation: Operation, as: Caller, row: Row, query: Query, skippedRows = 0) {
    const { [operation.path]: questions } = questionsOf({ idOf });
    const beyond = Object.keys(query).map((name) => questions?.beyond?.[name]);
    const moreRows = skippedRows + Math.max(0, ...beyond.map((more) => more?.rows ?? 0));
    const always = (questions?.pages ?? 0) + PAGES_PER_SKIPPED * skippedRows;
    const morePages = always + Math.max(0, ...beyond.map((more) => more?.pages ?? 0));
    return measure({ ...operation, url: toUrl(operation, row, query) }, as, { moreRows, morePages });
  }

  async function measure(sent: Asked, as: Caller, { moreRows = 0, morePages = 0 } = {}) {
    const { result, statements } = await watch.during(() => call(sent, as));
    const rows = rowsReadBy(statements.map(({ plan }) => plan));
    const pages = statements.reduce((sum, { buffers }) => sum + buffers, 0);
    asked++;
    const name = `${as}: ${sent.method} ${sent.url}`;
    if (result.status >= 500) findings.push(`${name} answers ${result.status}`);
    if (rows > MAX_ROWS + moreRows || pages > MAX_PAGES + morePages)
      findings.push(`${name} reads ${rows} rows of a table, ${pages} pages\n${planOf(statements)}`);
    return result;
  }

  const begunMs = performance.now();
  for (const operation of reads) {
    const questions = questionsOf({ idOf })[operation.path] ?? {};
    if (questions.before) await call({ ...operation, url: toUrl(operation, {}, questions.before) }, 'admin');
    for (const row of questions.rows ?? [{}]) {
      const statuses = new Set<number>();
      for (const as of questions.as ?? (['admin', 'owner'] as const)) {
        for (const query of queriesOf(operation, questions)) {
          const { status, body } = await ask(operation, as, row, query);
          statuses.add(status);
          if (status === 401 || status === 403) break;
          if (typeof body.nextCursor !== 'string') continue;
          await ask(operation, as, row, { ...query, cursor: body.nextCursor });
          if (body.totalCount === null) continue;
          const page = Math.ceil(Math.min(body.totalCount, COUNTED) / PAGE_SIZE);
          await ask(operation, as, row, { ...query, page: String(page) }, COUNTED);
        }
      }
      const isAnswered = [...statuses].some((status) => status < 300);
      if (questions.rows && isAnswered === (questions.isRefused ?? false))
        findings.push(`${toUrl(operation, row, {})} answers ${[...statuses].join(', ')}`);
    }
  }
  for (const [method, path, as, payload] of SEARCHES) {
    const { status } = await measure({ method, path, url: path, payload }, as);
    if (status >= 300) findings.push(`${as}: ${method} ${path} answers ${status}`);
  }
  tell(`${asked} questions`, performance.now() - begunMs);

  assert.equal(findings.length, 0, `\n${findings.join('\n')}\n`);
});

test('each read is asked, with a value for each of its filters', () => {
  const questions = questionsOf({ idOf: () => '' });

  const missing = reads.flatMap((operation) => {
    const { path, query } = operation;
    const { [path]: said } = questions;
    if (!said) return [path];
    if (said.rows === undefined && Object.keys(operation.params).length > 0) return [`the rows of ${path}`];
    const filters = Object.keys(query).filter((name) => !PAGING.has(name) && !SORTS.has(name));
    return filters.filter((name) => valuesOf(operation, said, name).length === 0).map((name) => `${path}?${name}`);
  });
  const unknown = Object.keys(questions).filter((path) => !reads.some((operation) => operation.path === path));

  assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] }, 'edit tests/growth/questions.ts');
});

function toUrl(operation: Operation, row: Row, query: Query): string {
  return `${fillPath(operation, row)}?${new URLSearchParams(query).toString()}`;
}

/** Nothing, each value of each filter, and filters together: each in each order of the list. */
function queriesOf(operation: Operation, questions: Questions): Query[] {
  const { query } = operation;
  const { always = {}, together = [] } = questions;
  const names = Object.keys(query).filter((name) => !PAGING.has(name) && !SORTS.has(name));
  const single = names.flatMap((name) => valuesOf(operation, questions, name).map((value) => ({ [name]: value })));
  const orders: Query[] = (query['sortBy']?.['enum'] ?? []).flatMap((sortBy: string) =>
    query['sortOrder']?.['enum'].map((sortOrder: string) => ({ sortBy, sortOrder })),
  );
  const filters: Query[] = [{}, ...single, ...together];
  return filters.flatMap((filter) => [{}, ...orders].map((order) => ({ ...always, ...filter, ...order })));
}

function valuesOf({ query }: Operation, { filters, always }: Questions, name: string): readonly string[] {
  const { [name]: schema = {} } = query;
  const { [name]: said } = { ...filters };
  if (said) return said;
  if (always && name in always) return [always[name] ?? ''];
  return schema['enum'] ?? (schema['type'] === 'boolean' ? ['true', 'false'] : []);
}

/** The statement that is nearest to a bound, or furthest beyond it. */
function planOf(statements: readonly RanStatement[]): string {
  const sizeOf = ({ plan, buffers }: RanStatement) => Math.max(rowsReadBy([plan]) / MAX_ROWS, buffers / MAX_PAGES);
  const [dearest] = statements.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  if (!dearest) return '';
  const lines = toLines(dearest.plan).filter((line) => !/→ 0 rows.*, 0 pages$/.test(line));
  return [dearest.text.replaceAll(/\s+/g, ' '), ...lines.slice(0, SHOWN_LINES)].map((line) => `    ${line}`).join('\n');
}
