import { sql, type RawBuilder } from 'kysely';
import { levels, loggingErrors, type Level } from '../contract.ts';
import { toLevelNumber } from '../store/rows.ts';
import { parseQuery, type Operator, type QueryNode } from './query-text.ts';
import type { EventFilter } from './schemas.ts';

const NO_WORD = `'-'`; // no event has it

type Condition = RawBuilder<boolean>;

/** Names of fields in queries, and their columns. */
const COLUMNS: Readonly<Record<string, string>> = {
  service: 'source_service', sourceService: 'source_service', module: 'source_module', sourceModule: 'source_module',
  instance: 'source_instance', trace: 'trace_id', traceId: 'trace_id', span: 'span_id', spanId: 'span_id',
  request: 'request_id', requestId: 'request_id', tenant: 'tenant_id', tenantId: 'tenant_id', actor: 'actor_id',
  actorId: 'actor_id', actorType: 'actor_type', outcome: 'outcome', session: 'session_id', sessionId: 'session_id',
  ip: 'ip', method: 'http_method', httpMethod: 'http_method', error: 'error_code', errorCode: 'error_code',
  fingerprint: 'fingerprint', pattern: 'pattern',
}; // prettier-ignore
const PATHS = new Set(['path', 'httpPath']);
const STATUSES = new Set(['status', 'httpStatusCode']);
const INDEXED = new Set(['source_service', 'trace_id', 'actor_id']);

const isField = (name: string) =>
  Object.hasOwn(COLUMNS, name) || PATHS.has(name) || STATUSES.has(name) || name === 'level' || name === 'tag' || name.startsWith('payload.'); // prettier-ignore

/** Finds the words that parts of words stand for. */
export interface Parts {
  /** The query, with words in place of parts. @throws `logging.query_too_wide` */
  expand(tree: QueryNode, from: string | undefined): Promise<QueryNode>;
}

/** What a search asks, as conditions on the alias `e`. */
export interface EventConditions {
  readonly all: readonly Condition[];
  /** Whether an index finds what matches; else the next rows are read and compared. */
  readonly isIndexed: boolean;
  /** Whether words or fields of `query` and `text` are what the index finds. */
  readonly isByWords: boolean;
  /** Whether the counts by minute have all that is asked. */
  readonly isCounted: boolean;
}

/** What `query` and `text` ask; null for nothing. @throws `logging.query_invalid` */
export function parseFilter({ query, text }: Pick<EventFilter, 'query' | 'text'>): QueryNode | null {
  const asked = query === undefined ? null : parseQuery(query, isField);
  const words =
    text === undefined ? null : parseQuery(text.replace(/[()]/g, ' ').replace(/(^|\s)-/g, '$1'), () => false);
  const nodes = [asked, words].filter((node) => node !== null);
  return nodes.length > 1 ? { kind: 'and', nodes } : (nodes[0] ?? null);
}

/** @throws `logging.query_invalid`, `logging.query_too_wide` */
export async function toConditions(filter: EventFilter, { expand }: Parts): Promise<EventConditions> {
  const { level, minimumLevel, service, module, outcome, traceId, actorId, from } = filter;
  const asked = parseFilter(filter);
  const tree = asked && (await expand(asked, from));
  const all = [
    sql<boolean>`e.deleted_at is null`,
    ...(level ? [sql<boolean>`e.level = ${toLevelNumber(level)}`] : []),
    ...(minimumLevel ? [sql<boolean>`e.level >= ${toLevelNumber(minimumLevel)}`] : []),
    ...(service ? [sql<boolean>`e.source_service = ${service}`] : []),
    ...(module ? [sql<boolean>`e.source_module = ${module}`] : []),
    ...(outcome ? [sql<boolean>`e.outcome = ${outcome}`] : []),
    ...(traceId ? [sql<boolean>`e.trace_id = ${traceId}`] : []),
    ...(actorId ? [sql<boolean>`e.actor_id = ${actorId}`] : []),
    ...(tree ? [toCondition(tree)] : []),
  ];
  return {
    all,
    isByWords: tree !== null && isIndexedBy(tree),
    isIndexed: all.length === 1 || Boolean(service ?? traceId ?? actorId) || (tree !== null && isIndexedBy(tree)),
    isCounted: tree === null && !traceId && !actorId,
  };
}

/** Conditions on the counts, under the alias `r`. */
export function toCountConditions({ level, minimumLevel, service, module, outcome }: EventFilter): Condition[] {
  return [
    ...(level ? [sql<boolean>`r.level = ${toLevelNumber(level)}`] : []),
    ...(minimumLevel ? [sql<boolean>`r.level >= ${toLevelNumber(minimumLevel)}`] : []),
    ...(service ? [sql<boolean>`r.service = ${service}`] : []),
    ...(module ? [sql<boolean>`r.module = ${module}`] : []),
    ...(outcome ? [sql<boolean>`r.outcome = ${outcome}`] : []),
  ];
}

function isIndexedBy(node: QueryNode): boolean {
  if (node.kind === 'text') return true;
  if (node.kind === 'and') return node.nodes.some(isIndexedBy);
  if (node.kind === 'or') return node.nodes.every(isIndexedBy);
  const isExact =
    node.kind === 'field' && (node.operator === ':' || node.operator === '=') && !node.value.includes('*');
  return isExact && INDEXED.has(COLUMNS[node.name] ?? '');
}

function toCondition(node: QueryNode): Condition {
  const words = toWords(node);
  if (words !== null) return sql<boolean>`e.tokens @@ ${words}::tsquery`;
  if (node.kind === 'not') return sql<boolean>`not coalesce(${toCondition(node.node)}, false)`;
  if (node.kind === 'field') return toFieldCondition(node);
  if (node.kind === 'text') throw new Error('a text is words');
  if (node.kind === 'or') return sql<boolean>`(${sql.join(node.nodes.map(toCondition), sql` or `)})`;
  const texts = node.nodes.filter((each) => toWords(each) !== null);
  const others = node.nodes.filter((each) => !texts.includes(each));
  // One question to the index for all words.
  const together = texts.length > 0 ? [sql<boolean>`e.tokens @@ ${texts.map(toWords).join(' & ')}::tsquery`] : [];
  return sql<boolean>`(${sql.join([...together, ...others.map(toCondition)], sql` and `)})`;
}

/**
 * A part of the query that asks for words alone, as a tsquery; null for other parts, and for one that only excludes
 * words, for which the index would be read whole.
 */
function toWords(node: QueryNode): string | null {
  if (node.kind === 'text') {
    const last = node.tokens.length - 1;
    const { firsts } = node;
    const lexemes = node.tokens.map((token, at) => {
      const isLast = at === last;
      if (at > 0 || firsts === undefined) return `'${token}'${node.isPrefix && isLast ? ':*' : ''}`;
      return firsts.length === 0 ? NO_WORD : `(${firsts.map((first) => `'${first}'`).join(' | ')})`;
    });
    return lexemes.length === 1 ? (lexemes[0] ?? '') : `(${lexemes.join(' <-> ')})`;
  }
  if (node.kind === 'field' || node.kind === 'not') return null;
  const parts = node.nodes.map((each) => {
    if (node.kind === 'and' && each.kind === 'not') {
      const inner = toWords(each.node);
      return inner === null ? null : `!${inner}`;
    }
    return toWords(each);
  });
  const isWhole = parts.every((part) => part !== null) && parts.some((part) => !part?.startsWith('!'));
  return isWhole ? `(${parts.join(node.kind === 'and' ? ' & ' : ' | ')})` : null;
}

interface FieldNode {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

function toFieldCondition({ name, operator, value }: FieldNode): Condition {
  if (name === 'level') return compareNumbers('e.level', operator, toLevel(value), name);
  if (STATUSES.has(name)) return compareNumbers('e.http_status_code', operator, toStatus(value), name);
  if (operator !== ':' && operator !== '=' && operator !== '!=') return fail(`${name} has no order`);
  const condition = isEqual(name, value);
  return operator === '!=' ? sql<boolean>`not coalesce(${condition}, false)` : condition;
}

function isEqual(name: string, value: string): Condition {
  if (name === 'tag') return sql<boolean>`${value} = any (e.tags)`;
  if (name.startsWith('payload.')) return matches(sql`(e.payload #>> ${name.split('.').slice(1)}::text[])`, value);
  if (!PATHS.has(name)) return matches(sql.raw(`e.${COLUMNS[name]}`), value);
  if (value.includes('*')) return matches(sql.raw('e.http_path'), value);
  // A path stands for all that is below it.
  const below = `${escapeLike(value.replace(/\/$/, ''))}/%`;
  return sql<boolean>`(e.http_path = ${value} or e.http_path like ${below})`;
}

/** `*` stands for any characters. */
function matches(column: RawBuilder<unknown>, value: string): Condition {
  if (!value.includes('*')) return sql<boolean>`${column} = ${value}`;
  return sql<boolean>`${column} like ${value.split('*').map(escapeLike).join('%')}`;
}

function compareNumbers(column: string, operator: Operator, value: number, name: string): Condition {
  if (Number.isNaN(value))
    return fail(name === 'level' ? `level is one of ${levels.join(', ')}` : `${name} is a number`);
  const sign = { ':': '=', '=': '=', '!=': '<>', '>': '>', '>=': '>=', '<': '<', '<=': '<=' }[operator];
  return sql<boolean>`${sql.raw(column)} ${sql.raw(sign)} ${value}::int`;
}

function toLevel(value: string): number {
  const place = levels.indexOf(value.toLowerCase() as Level);
  return place === -1 ? NaN : place + 1;
}

function toStatus(value: string): number {
  return /^\d{1,3}$/.test(value) ? Number(value) : NaN;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function fail(reason: string): never {
  throw loggingErrors.queryInvalid({ reason, position: 0 });
}
