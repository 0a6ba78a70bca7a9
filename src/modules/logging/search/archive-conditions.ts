import type { ArchiveCondition } from '../store/archive.ts';
import type { Asked } from './conditions.ts';
import { COLUMNS, PATHS, STATUSES, toLevel, toStatus } from './fields.ts';
import type { Operator, QueryNode, TextNode } from './query-text.ts';

const SIGNS = { ':': '=', '=': '=', '!=': '<>', '>': '>', '>=': '>=', '<': '<', '<=': '<=' } as const;

/** What is asked, as a condition on the columns in ClickHouse. It finds what the one for PostgreSQL finds. */
export function toArchiveCondition({
  equal,
  minimumLevel,
  tree,
}: Asked): Required<Pick<ArchiveCondition, 'text' | 'values'>> {
  const values: Record<string, string | number> = {};

  /** A parameter in place of the value, which is never a part of the statement. */
  function bind(value: string | number): string {
    const name = `p${Object.keys(values).length}`;
    values[name] = value;
    return `{${name}:${typeof value === 'number' ? 'Int64' : 'String'}}`;
  }

  function toText(node: QueryNode): string {
    if (node.kind === 'text') return toWords(node);
    if (node.kind === 'not') return `not ifNull(${toText(node.node)}, 0)`;
    if (node.kind === 'field') return toField(node.name, node.operator, node.value);
    return `(${node.nodes.map(toText).join(` ${node.kind} `)})`;
  }

  /** Words one after the other are a part of the text of all words; spaces stand for the ends of words. */
  function toWords({ tokens, isPrefix, isSuffix }: TextNode): string {
    const part = `${isSuffix ? '' : ' '}${tokens.join(' ')}${isPrefix ? '' : ' '}`;
    return `words like ${bind(`%${escapeLike(part)}%`)}`;
  }

  function toField(name: string, operator: Operator, value: string): string {
    if (name === 'level') return `level ${SIGNS[operator]} ${bind(toLevel(value))}`;
    if (STATUSES.has(name)) return `http_status_code ${SIGNS[operator]} ${bind(toStatus(value))}`;
    const condition = isEqual(name, value);
    return operator === '!=' ? `not ifNull(${condition}, 0)` : condition;
  }

  function isEqual(name: string, value: string): string {
    if (name === 'tag') return `has(tags, ${bind(value)})`;
    if (name.startsWith('payload.')) return matches(toMember(name.split('.').slice(1)), value);
    if (!PATHS.has(name)) return matches(COLUMNS[name] ?? '', value);
    if (value.includes('*')) return matches('http_path', value);
    const below = `${escapeLike(value.replace(/\/$/, ''))}/%`;
    return `(http_path = ${bind(value)} or http_path like ${bind(below)})`;
  }

  function matches(expression: string, value: string): string {
    if (!value.includes('*')) return `${expression} = ${bind(value)}`;
    return `${expression} like ${bind(value.split('*').map(escapeLike).join('%'))}`;
  }

  /** A member of the payload as text; null when it has none. A number is the place in a list, from its end if it is negative, or a name. */
  function toMember(path: readonly string[]): string {
    const raw = path.reduce((inside, name) => {
      const named = `JSONExtractRaw(x, ${bind(name)})`;
      if (!/^-?\d{1,9}$/.test(name)) return `arrayMap(x -> ${named}, [${inside}])[1]`;
      const placed = `JSONExtractRaw(x, ${bind(name.startsWith('-') ? Number(name) : Number(name) + 1)})`;
      return `arrayMap(x -> if(startsWith(x, '['), ${placed}, ${named}), [${inside}])[1]`;
    }, 'payload');
    return `arrayMap(x -> multiIf(x in ('', 'null'), null, startsWith(x, '"'), JSONExtractString(x), x), [${raw}])[1]`;
  }

  const all = [
    ...equal.map(([column, value]) => (value === null ? `${column} is null` : `${column} = ${bind(value)}`)),
    ...(minimumLevel === null ? [] : [`level >= ${bind(minimumLevel)}`]),
    ...(tree ? [`ifNull(${toText(tree)}, 0)`] : []),
  ];
  return { text: all.length > 0 ? all.join(' and ') : '1', values };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
