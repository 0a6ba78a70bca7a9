import { tokensOf } from '#kernel/text.ts';
import { loggingErrors } from '../contract.ts';

const MAX_DEPTH = 8;
const MAX_LEAVES = 50;
const MAX_ALTERNATIVES = 20;

export type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=';

/** A query as a tree. A text is the words that must stand one after the other. */
export type QueryNode =
  | { readonly kind: 'text'; readonly tokens: readonly string[]; readonly isPrefix: boolean }
  | { readonly kind: 'field'; readonly name: string; readonly operator: Operator; readonly value: string }
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'not'; readonly node: QueryNode };

const SPACE = /\s*/y;
const FIELD = /([A-Za-z][\w.-]*)(>=|<=|!=|[:=<>])(?:"([^"]*)"|([^\s()"]+))/y;
const PHRASE = /"([^"]*)"(\*?)/y;
const WORD = /[^\s()"]+/y;

/**
 * Reads `level:error service:api "time out" status>=500 -path:/health (a OR b)`. `isField` says which names are fields: with
 * another name it is a text. Null for a query without a condition.
 * @throws `logging.query_invalid`
 */
export function parseQuery(text: string, isField: (name: string) => boolean): QueryNode | null {
  let at = 0;
  let leaves = 0;

  function fail(reason: string): never {
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
    if (depth > MAX_DEPTH) fail(`parentheses may be ${MAX_DEPTH} deep`);
    const nodes = [readAll(depth)];
    while (match(SPACE) && isAtWord('OR')) {
      at += 2;
      nodes.push(readAll(depth));
      if (nodes.length > MAX_ALTERNATIVES) fail(`there may be ${MAX_ALTERNATIVES} alternatives`);
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
    if (depth > MAX_DEPTH) fail(`a query may be ${MAX_DEPTH} deep`);
    const isNot = isAtWord('NOT');
    if (isNot || (text[at] === '-' && /[^\s-]/.test(text[at + 1] ?? ' '))) {
      at += isNot ? 3 : 1;
      match(SPACE);
      if (at >= text.length || text[at] === ')') fail('nothing follows the negation');
      const node = readOne(depth + 1);
      return node && { kind: 'not', node };
    }
    if (text[at] !== '(') return readLeaf();
    at += 1;
    const inner = readAlternatives(depth + 1);
    match(SPACE);
    if (text[at] !== ')') fail('a parenthesis is not closed');
    at += 1;
    return inner;
  }

  function readLeaf(): QueryNode | null {
    leaves += 1;
    if (leaves > MAX_LEAVES) fail(`there may be ${MAX_LEAVES} conditions`);
    const begin = at;
    const field = match(FIELD);
    if (field) {
      const [, name = '', operator = ':', quoted, plain] = field;
      if (isField(name)) return { kind: 'field', name, operator: operator as Operator, value: quoted ?? plain ?? '' };
      at = begin;
    }
    const phrase = match(PHRASE);
    if (phrase) return toText(phrase[1] ?? '', phrase[2] === '*');
    const word = match(WORD)?.[0];
    if (word === undefined) return fail(text[at] === '"' ? 'a quote is not closed' : 'a parenthesis is not opened');
    if (word.startsWith('*') && word.length > 1) fail('a word may end with *, and not begin with it');
    return toText(word, word.endsWith('*'));
  }

  const tree = readAlternatives(0);
  if (at < text.length) fail('a parenthesis is not opened');
  return tree;
}

/** Null for a text without a letter or digit. */
function toText(text: string, isPrefix: boolean): QueryNode | null {
  const tokens = tokensOf(text);
  return tokens.length === 0 ? null : { kind: 'text', tokens, isPrefix };
}

function combine(kind: 'and' | 'or', nodes: readonly (QueryNode | null)[]): QueryNode | null {
  const there = nodes.filter((node) => node !== null);
  return there.length > 1 ? { kind, nodes: there } : (there[0] ?? null);
}
