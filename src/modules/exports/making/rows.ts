import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCsv } from '#kernel/csv.ts';
import type { InProcessCaller, InProcess, InProcessAnswer } from '#platform/in-process/port.ts';
import type { Export } from '../contract.ts';
import type { List } from './lists.ts';

const PAGE_SIZE = 100;
const WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
const ASKED_AGAIN = 20; // of a page that is refused because of others
/** Refusals that pass by themselves. A page that takes too long is none of them: it would at the next time too. */
const PASSING = new Set(['http.overloaded', 'http.too_many_requests', 'database.share_used', 'database.unavailable']);
/** Whether a refusal has to do with others, and not with who asks. */
export const isPassing = (code: string): boolean => PASSING.has(code);

/** What says where a list begins: an export has all of it. */
const POSITION = ['page', 'pageIndex', 'pageSize', 'cursor'];

type Row = Readonly<Record<string, unknown>>;

interface Page {
  readonly items: readonly Row[];
  /** Absent where one answer has the whole list. */
  readonly nextCursor?: string | null;
}

type Asked = Pick<Export, 'path' | 'query'> & Pick<List, 'isPaged'>;

/** The list refused a page, as it would refuse its asker. */
export class ListRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * The rows of a list, page after page, with the rights that the asker has at each of them. `onPage` is told how many there
 * were after each page, and may throw.
 * @throws `ListRefused`
 */
export async function* rowsOf(
  inProcess: InProcess,
  asker: InProcessCaller,
  { path, query, isPaged }: Asked,
  onPage: (rowCount: number) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  async function ask(url: string) {
    for (let left = ASKED_AGAIN; ; left--) {
      const answer = await inProcess.get(asker, url);
      if (!isPassing(codeOf(answer)) || left === 0) return answer;
      await sleep(Math.min(answer.retryAfterMs ?? WAIT_MS, MAX_WAIT_MS), undefined, { signal });
    }
  }
  const search = filtersOf(query);
  if (isPaged) search.set('pageSize', String(PAGE_SIZE));
  let rowCount = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    if (cursor !== '') search.set('cursor', cursor);
    const answer = await ask(`${path}?${search.toString()}`);
    if (isPassing(codeOf(answer))) throw new Error(`${path} answered ${answer.status}`); // the next attempt may have it
    if (answer.status !== 200) throw new ListRefused(codeOf(answer));
    const page = answer.body as Page;
    yield* page.items;
    rowCount += page.items.length;
    await onPage(rowCount);
    cursor = page.nextCursor ?? null;
  }
}

function filtersOf(query: string): URLSearchParams {
  const search = new URLSearchParams(query);
  for (const name of POSITION) search.delete(name);
  return search;
}

/** The first row of a list, or all of it where it has no pages: whether somebody may see it. */
export function firstOf({ path, query, isPaged }: Asked): string {
  const search = filtersOf(query);
  if (isPaged) search.set('pageSize', '1');
  return `${path}?${search.toString()}`;
}

/** Of the refusal; empty where there is none. */
export function codeOf({ status, body }: InProcessAnswer): string {
  if (status === 200) return '';
  return (body as { readonly code?: string } | null)?.code ?? `http.${status}`;
}

/** The bytes of the file. What a cell cannot hold is JSON in it. */
export function toBytes(format: Export['format'], columns: readonly string[], rows: AsyncIterable<Row>): Readable {
  return format === 'csv' ? toCsv(columns, cellsOf(columns, rows)) : Readable.from(toJson(rows));
}

async function* cellsOf(columns: readonly string[], rows: AsyncIterable<Row>): AsyncGenerator<Record<string, unknown>> {
  for await (const row of rows) {
    const cells = columns.map((name) => [name, typeof row[name] === 'object' ? toText(row[name]) : row[name]]);
    yield Object.fromEntries(cells) as Record<string, unknown>;
  }
}

const toText = (value: unknown) => (value === null ? '' : JSON.stringify(value));

/** One row a line. */
async function* toJson(rows: AsyncIterable<Row>): AsyncGenerator<Buffer> {
  let isFirst = true;
  yield Buffer.from('[');
  for await (const row of rows) {
    yield Buffer.from(`${isFirst ? '' : ','}\n${JSON.stringify(row)}`);
    isFirst = false;
  }
  yield Buffer.from('\n]\n');
}
