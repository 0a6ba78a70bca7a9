import { Type, type TSchema } from 'typebox';
import { UUID_PATTERN } from './id.ts';
import { defineError } from './problem.ts';

const COUNT_CAP = 10_000;
const MAX_OFFSET = 1_000_000_000; // more rows than any table has, and far below the limit of SQL's bigint

/**
 * Query of every list route. A value out of range becomes the nearest bound and is not refused. `pageIndex` is an alias
 * of `page`.
 */
export const PageQuery = Type.Object({
  page: Type.Optional(
    Type.Integer({
      description: 'Page number, from 1, for the first 10,000 items; `cursor` goes on. Ignored with `cursor`.',
    }),
  ),
  pageIndex: Type.Optional(Type.Integer({ description: 'Another name for `page`, which wins if both are there.' })),
  pageSize: Type.Optional(
    Type.Integer({
      description: 'Items on a page, 20 by default. A value outside 1 to 100 becomes the nearest bound.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 512,
      description: '`nextCursor` of the page before, to read the next one. Keep filters and order the same.',
    }),
  ),
});
export type PageQuery = { page?: number; pageIndex?: number; pageSize?: number; cursor?: string };

/** The position of one page in a list: by offset, or after the row that a cursor names. */
export interface Paging {
  /** From 1; null with a cursor. */
  readonly page: number | null;
  readonly pageSize: number;
  readonly offset: number;
  /** Sort value and id of the last row of the page before; null without a cursor. */
  readonly after: { readonly value: string; readonly id: string } | null;
}

/** What a query returns. One row more than `pageSize` means that there is a next page. */
export interface FoundRows<T> {
  readonly rows: T[];
  /** Counted up to `COUNT_LIMIT`; null with a cursor, or if the query did not read to the end. */
  readonly total: number | null;
  /** The last row that the query looked at, if it stopped before the end of the list: the next page begins after it. */
  readonly stoppedAt?: T | undefined;
}

/** Counting stops here: one more than the cap means "more than 10,000". */
export const COUNT_LIMIT = COUNT_CAP + 1;

const cursorInvalid = defineError('http.cursor_invalid', 400, 'The cursor does not belong to this list');
const pageTooFar = defineError('http.page_too_far', 400, 'A page number reaches the first 10,000 items; use `cursor`');
/** What every list route can refuse. */
export const pageErrors = { cursorInvalid, pageTooFar };

/** Body of every list route. */
export function Page<S extends TSchema>(item: S) {
  return Type.Object({
    items: Type.Array(item),
    page: Type.Union([Type.Integer(), Type.Null()], { description: 'From 1; null with `cursor`' }),
    pageSize: Type.Integer({ examples: [20] }),
    totalCount: Type.Union([Type.Integer(), Type.Null()], {
      description:
        'All items that match, counted up to 10,000; null with `cursor`, and where filters leave more items to look at than one call reads',
    }),
    totalCountCapped: Type.Optional(
      Type.Boolean({ description: 'True if there are more than 10,000', examples: [false] }),
    ),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: '`cursor` for the next page; null on the last one',
      examples: [null],
    }),
  });
}

/**
 * `isValue` says whether a text can be a sort value of this order: a cursor comes from the client and can contain any
 * text.
 * @throws `http.cursor_invalid` for a cursor that was not made by this list in this order.
 */
export function toPaging(query: PageQuery, order: string, isValue: (text: string) => boolean): Paging {
  const pageSize = clamp(query.pageSize ?? 20, 1, 100);
  if (query.cursor !== undefined) {
    const after = parseCursor(query.cursor, order);
    if (!after || !isValue(after.value)) throw cursorInvalid();
    return { page: null, pageSize, offset: 0, after };
  }
  const page = clamp(query.page ?? query.pageIndex ?? 1, 1, MAX_OFFSET / 100);
  return { page, pageSize, offset: (page - 1) * pageSize, after: null };
}

/**
 * Whether a page starts behind the rows that are counted. To get there by number reads every row before it, so such a page
 * is not read: it is empty, or refused by `toPage`.
 */
export function isBeyondCount({ offset }: Pick<Paging, 'offset'>): boolean {
  return offset >= COUNT_CAP;
}

/**
 * Makes a page of up to `pageSize + 1` rows; `sortValue` is the text by which the list is ordered.
 * @throws `http.page_too_far` for a page number beyond the first 10,000 items of a list that has more
 */
export function toPage<T extends { id: string }>(
  { rows, total, stoppedAt }: FoundRows<T>,
  { page, pageSize, offset }: Paging,
  order: string,
  sortValue: (last: T) => string,
) {
  if (isBeyondCount({ offset }) && total !== null && total > COUNT_CAP) throw pageTooFar();
  const items = rows.length > pageSize ? rows.slice(0, pageSize) : rows;
  const last = rows.length > pageSize ? items.at(-1) : stoppedAt;
  return {
    items,
    page,
    pageSize,
    totalCount: total === null ? null : Math.min(total, COUNT_CAP),
    ...(total !== null && total > COUNT_CAP && { totalCountCapped: true }),
    nextCursor: last ? toCursor(order, sortValue(last), last.id) : null,
  };
}

/** What every list answers. */
export type ListPage<T extends { id: string }> = ReturnType<typeof toPage<T>>;

/** The same page with each item converted. */
export function mapPage<P extends { items: readonly unknown[] }, R>(page: P, map: (item: P['items'][number]) => R) {
  return { ...page, items: page.items.map((item) => map(item)) };
}

/**
 * A page of a list that is short enough to be read completely, such as the sessions of one user.
 * @throws `http.cursor_invalid`, also when the row that the cursor names was deleted; `http.page_too_far`
 */
export function pageOf<T extends { id: string }>(all: readonly T[], query: PageQuery, order: string) {
  const paging = toPaging(query, order, (text) => UUID_PATTERN.test(text));
  const { after, offset, pageSize } = paging;
  const last = after ? all.findIndex(({ id }) => id === after.id) : offset - 1;
  if (after && last === -1) throw cursorInvalid();
  const rows = all.slice(last + 1, last + 1 + pageSize + 1);
  return toPage({ rows, total: after ? null : all.length }, paging, order, ({ id }) => id);
}

function toCursor(order: string, value: string, id: string): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

function parseCursor(cursor: string, order: string) {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [madeFor, value, id] = Array.isArray(parts) ? (parts as unknown[]) : [];
    if (madeFor !== order || typeof value !== 'string' || typeof id !== 'string' || !UUID_PATTERN.test(id)) return null;
    return { value, id };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
