import { inDigits, type Translated } from '#kernel/language.ts';
import { searchText, tokensOf } from '#kernel/text.ts';
import { loggingErrors } from '../contract.ts';

const MAX_DEPTH = 8;
const MAX_LEAVES = 50;
const MAX_ALTERNATIVES = 20;

export type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=';

/** A query as a tree. */
export type QueryNode =
  | TextNode
  | { readonly kind: 'field'; readonly name: string; readonly operator: Operator; readonly value: string }
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'not'; readonly node: QueryNode };

/** Words that must stand one after the other. */
export interface TextNode {
  readonly kind: 'text';
  readonly tokens: readonly string[];
  /** The last one may be only the beginning of its word. */
  readonly isPrefix: boolean;
  /** The first one may be only the end of its word. */
  readonly isSuffix: boolean;
  /** The words that the first one stands for, when they were looked up. */
  readonly firsts?: readonly string[];
}

/** Why a query cannot be read. */
export const queryReasons = {
  quoteOpen: { en: 'a quote is not closed', fa: 'گیومه بسته نشده است' },
  parenthesisOpen: { en: 'a parenthesis is not closed', fa: 'پرانتز بسته نشده است' },
  parenthesisMissing: { en: 'a parenthesis is not opened', fa: 'این پرانتز باز نشده است' },
  negationAlone: { en: 'nothing follows the negation', fa: 'پس از علامت نفی چیزی نیامده است' },
  parenthesesDeep: (most: number): Translated => ({
    en: `parentheses may be ${most} deep`,
    fa: `پرانتزها حداکثر ${inDigits(most)} لایه می‌توانند باشند`,
  }),
  deep: (most: number): Translated => ({
    en: `a query may be ${most} deep`,
    fa: `عبارت جستجو حداکثر ${inDigits(most)} لایه می‌تواند باشد`,
  }),
  alternatives: (most: number): Translated => ({
    en: `there may be ${most} alternatives`,
    fa: `حداکثر ${inDigits(most)} گزینهٔ OR مجاز است`,
  }),
  conditions: (most: number): Translated => ({
    en: `there may be ${most} conditions`,
    fa: `حداکثر ${inDigits(most)} شرط مجاز است`,
  }),
  noOrder: (name: string): Translated => ({
    en: `${name} has no order: use : or !=`,
    fa: `فیلد ${name} ترتیب ندارد: از : یا != استفاده کنید`,
  }),
  level: (levels: readonly string[]): Translated => ({
    en: `level is one of ${levels.join(', ')}`,
    fa: `مقدار level یکی از این‌هاست: ${levels.join('، ')}`,
  }),
  number: (name: string): Translated => ({ en: `${name} is a number`, fa: `مقدار ${name} باید عدد باشد` }),
};

const LETTER_AT_START = /^[\p{L}\p{N}_]/u;
const LETTER_AT_END = /[\p{L}\p{N}_]$/u;
const SPACE = /\s*/y;
const FIELD = /([A-Za-z][\w.-]*)(>=|<=|!=|[:=<>])(?:"([^"]*)"|([^\s()"]+))/y;
const PHRASE = /(\*?)"([^"]*)"(\*?)/y;
const STARS = /^(\**)([^]*?)(\**)$/;
const WORD = /[^\s()"]+/y;

/**
 * Reads `level:error service:api "time out" status>=500 -path:/health (a OR b)`. `isField` says which names are fields: with
 * another name it is a text. Null for a query without a condition.
 * @throws `logging.query_invalid`
 */
export function parseQuery(text: string, isField: (name: string) => boolean): QueryNode | null {
  let at = 0;
  let leaves = 0;

  function fail(reason: Translated): never {
    throw loggingErrors.queryInvalid({ reason, position: at });
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  }

  function isAtWord(word: string): boolean {
    return text.startsWith(word, at) && /^(?:[\s(]|$)/.test(text.slice(at + word.length, at + word.length + 1));
  }

  function readAlternatives(depth: number): QueryNode | null {
    if (depth > MAX_DEPTH) fail(queryReasons.parenthesesDeep(MAX_DEPTH));
    const nodes = [readAll(depth)];
    while (match(SPACE) && isAtWord('OR')) {
      at += 2;
      nodes.push(readAll(depth));
      if (nodes.length > MAX_ALTERNATIVES) fail(queryReasons.alternatives(MAX_ALTERNATIVES));
    }
    return combine('or', nodes);
  }

  function readAll(depth: number): QueryNode | null {
    const nodes: (QueryNode | null)[] = [];
    for (match(SPACE); at < text.length && text[at] !== ')' && !isAtWord('OR'); match(SPACE)) {
      if (isAtWord('AND')) at += 3;
      else nodes.push(readOne(depth));
    }
    return combine('and', nodes);
  }

  function readOne(depth: number): QueryNode | null {
    if (depth > MAX_DEPTH) fail(queryReasons.deep(MAX_DEPTH));
    const isNot = isAtWord('NOT');
    if (isNot || (text[at] === '-' && /[^\s-]/.test(text[at + 1] ?? ' '))) {
      at += isNot ? 3 : 1;
      match(SPACE);
      if (at >= text.length || text[at] === ')') fail(queryReasons.negationAlone);
      const node = readOne(depth + 1);
      return node && { kind: 'not', node };
    }
    if (text[at] !== '(') return readLeaf();
    at += 1;
    const inner = readAlternatives(depth + 1);
    match(SPACE);
    if (text[at] !== ')') fail(queryReasons.parenthesisOpen);
    at += 1;
    return inner;
  }

  function readLeaf(): QueryNode | null {
    leaves += 1;
    if (leaves > MAX_LEAVES) fail(queryReasons.conditions(MAX_LEAVES));
    const begin = at;
    const field = match(FIELD);
    if (field) {
      const [, name = '', operator = ':', quoted, plain] = field;
      if (isField(name)) return { kind: 'field', name, operator: operator as Operator, value: quoted ?? plain ?? '' };
      at = begin;
    }
    const phrase = match(PHRASE);
    if (phrase) return toText(phrase[2] ?? '', phrase[1] === '*', phrase[3] === '*');
    const word = match(WORD)?.[0];
    if (word === undefined) return fail(text[at] === '"' ? queryReasons.quoteOpen : queryReasons.parenthesisMissing);
    const [, before = '', part = '', behind = ''] = STARS.exec(word) ?? [];
    return toText(part, before !== '', behind !== '');
  }

  const tree = readAlternatives(0);
  if (at < text.length) fail(queryReasons.parenthesisMissing);
  return tree;
}

/** Null for a text without a letter or digit. Behind `/` a word is whole, whatever `*` stands for. */
function toText(text: string, isAfterOthers: boolean, isBeforeOthers: boolean): TextNode | null {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return null;
  const isPrefix = isBeforeOthers && LETTER_AT_END.test(searchText(text));
  return { kind: 'text', tokens, isPrefix, isSuffix: isAfterOthers && LETTER_AT_START.test(searchText(text)) };
}

function combine(kind: 'and' | 'or', nodes: readonly (QueryNode | null)[]): QueryNode | null {
  const there = nodes.filter((node) => node !== null);
  return there.length > 1 ? { kind, nodes: there } : (there[0] ?? null);
}
