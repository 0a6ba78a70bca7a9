import { sql, type RawBuilder } from 'kysely';
import type { Translated } from '#kernel/language.ts';
import type { Deadline } from '#kernel/limits/deadline.ts';
import { levels, loggingErrors } from '../contract.ts';
import { toLevelNumber } from '../store/rows.ts';
import { COLUMNS, isField, PATHS, STATUSES, toLevel, toStatus } from './fields.ts';
import { parseQuery, queryReasons, type Operator, type QueryNode, type TextNode } from './query-text.ts';
import type { EventFilter } from './schemas.ts';

const NO_WORD = `'-'`; // no event has it

type Condition = RawBuilder<boolean>;

const INDEXED = new Set(['source_service', 'trace_id', 'actor_id']);

/** Finds the words that parts of words stand for. */
export interface Parts {
  /** The query, with words in place of those parts that are looked up in time. @throws `logging.query_too_wide` */
  expand(tree: QueryNode, from: string | undefined, deadline: Deadline): Promise<QueryNode>;
}

/** What a search asks, by columns. */
export interface Asked {
  /** Columns, and the value that each must have; null: none. */
  readonly equal: readonly (readonly [string, string | number | null])[];
  readonly minimumLevel: number | null;
  readonly tree: QueryNode | null;
}

/** What a search asks, as conditions on the alias `e`. */
export interface EventConditions {
  readonly asked: Asked;
  readonly all: readonly Condition[];
  /** Whether an index finds what matches; else the next rows are read and compared. */
  readonly isIndexed: boolean;
  /** Whether each level is searched by itself, which the index over services has in the order of time. */
  readonly isByLevel: boolean;
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
export async function toConditions(
  filter: EventFilter,
  { expand }: Parts,
  deadline: Deadline,
): Promise<EventConditions> {
  const { level, minimumLevel, service, module, outcome, traceId, actorId, from } = filter;
  const asked = {
    equal: [
      ...(level ? [['level', toLevelNumber(level)] as const] : []),
      ...(service ? [['source_service', service] as const] : []),
      ...(module ? [['source_module', module] as const] : []),
      ...(outcome ? [['outcome', outcome] as const] : []),
      ...(traceId ? [['trace_id', traceId] as const] : []),
      ...(actorId ? [['actor_id', actorId] as const] : []),
    ],
    minimumLevel: minimumLevel ? toLevelNumber(minimumLevel) : null,
    tree: parseFilter(filter),
  };
  const tree = asked.tree && (await expand(asked.tree, from, deadline));
  const all = toAll({ ...asked, tree });
  return {
    asked,
    all,
    isByLevel: false,
    isByWords: tree !== null && isIndexedBy(tree),
    isIndexed: all.length === 1 || Boolean(service ?? traceId ?? actorId) || (tree !== null && isIndexedBy(tree)),
    isCounted: tree === null && !traceId && !actorId,
  };
}

/** The events of one process. */
export function toContextConditions(service: string, instance: string | null): EventConditions {
  const asked: Asked = {
    equal: [
      ['source_service', service],
      ['source_instance', instance],
    ],
    minimumLevel: null,
    tree: null,
  };
  return { asked, all: toAll(asked), isIndexed: true, isByLevel: true, isByWords: false, isCounted: false };
}

function toAll({ equal, minimumLevel, tree }: Asked): Condition[] {
  return [
    sql<boolean>`e.deleted_at is null`,
    ...equal.map(([column, value]) => {
      const name = sql.raw(`e.${column}`);
      return value === null ? sql<boolean>`${name} is null` : sql<boolean>`${name} = ${value}`;
    }),
    ...(minimumLevel === null ? [] : [sql<boolean>`e.level >= ${minimumLevel}`]),
    ...(tree ? [toCondition(tree)] : []),
  ];
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
  if (node.kind === 'text') return !isOpenPart(node);
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
  if (node.kind === 'text') return toPartCondition(node);
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
    if (isOpenPart(node)) return null;
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

/** Whether the words for the part were not looked up. */
function isOpenPart({ isSuffix, firsts }: TextNode): boolean {
  return isSuffix && firsts === undefined;
}

/** Whether a word has the part of the text that may be within a word. */
export function hasPart(word: string, { tokens, isPrefix }: TextNode): Condition {
  const [part = ''] = tokens;
  const isInside = isPrefix && tokens.length === 1;
  if (isInside) return sql<boolean>`strpos(${sql.raw(word)}, ${part}) > 0`;
  return sql<boolean>`right(${sql.raw(word)}, ${Array.from(part).length}::int) = ${part}`;
}

/** By the words of the event itself, which no index finds. */
function toPartCondition(node: TextNode): Condition {
  const [, ...others] = node.tokens;
  const isHit = hasPart('u.lexeme', node);
  if (others.length === 0) return sql<boolean>`exists (select from unnest(e.tokens) u where ${isHit})`;
  const rest = `${others.map((token) => `'${token}'`).join(' <-> ')}${node.isPrefix ? ':*' : ''}`;
  return sql<boolean>`e.tokens @@ (select '(' || string_agg('''' || u.lexeme || '''', ' | ') || ') <-> ' || ${rest}::text
    from unnest(e.tokens) u where ${isHit})::tsquery`;
}

interface FieldNode {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

function toFieldCondition({ name, operator, value }: FieldNode): Condition {
  if (name === 'level') return compareNumbers('e.level', operator, toLevel(value), name);
  if (STATUSES.has(name)) return compareNumbers('e.http_status_code', operator, toStatus(value), name);
  if (operator !== ':' && operator !== '=' && operator !== '!=') return fail(queryReasons.noOrder(name));
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
  if (Number.isNaN(value)) return fail(name === 'level' ? queryReasons.level(levels) : queryReasons.number(name));
  const sign = { ':': '=', '=': '=', '!=': '<>', '>': '>', '>=': '>=', '<': '<', '<=': '<=' }[operator];
  return sql<boolean>`${sql.raw(column)} ${sql.raw(sign)} ${value}::int`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function fail(reason: Translated): never {
  throw loggingErrors.queryInvalid({ reason, position: 0 });
}
