/** Conditions of a query such as `level:error -service:shop`, as one click adds and removes them. */

/** Fields whose values the server counts, by their names in queries. */
export const facetFields = {
  level: 'level',
  service: 'service',
  module: 'module',
  outcome: 'outcome',
  status: 'httpStatusCode',
  method: 'httpMethod',
  path: 'httpPath',
  error: 'errorCode',
  instance: 'instance',
  actor: 'actorId',
  tenant: 'tenantId',
} as const;
export type FacetName = keyof typeof facetFields;

export const facetNames = Object.keys(facetFields) as readonly FacetName[];

/** What a name in a query may be, for suggestions. */
export const fieldNames: readonly string[] = [
  ...facetNames, 'trace', 'span', 'request', 'session', 'actorType', 'ip', 'tag', 'pattern', 'fingerprint', 'payload.',
]; // prettier-ignore

export interface Term {
  readonly field: string;
  readonly value: string;
  readonly isNot?: boolean;
}

/** A quote in a value cannot be written; `*` stands for it. */
export function toTerm({ field, value, isNot = false }: Term): string {
  const plain = value.replaceAll('"', '*');
  const written = /^[^\s()"]+$/.test(plain) ? plain : `"${plain}"`;
  return `${isNot ? '-' : ''}${field}:${written}`;
}

export function hasTerm(query: string, term: Term): boolean {
  return partsOf(query).includes(toTerm(term));
}

/** Adds the condition in place of its opposite, or removes it if it is there. */
export function toggleTerm(query: string, term: Term): string {
  const text = toTerm(term);
  const opposite = toTerm({ ...term, isNot: term.isNot !== true });
  const parts = partsOf(query);
  const others = parts.filter((part) => part !== text && part !== opposite);
  if (parts.includes(text)) return others.join(' ');
  // AND binds tighter than OR: what was there stays one condition.
  const before = others.includes('OR') ? [`(${others.join(' ')})`] : others;
  return [...before, text].join(' ');
}

/** Words, with quoted texts and parentheses whole. */
function partsOf(query: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let isQuoted = false;
  for (const letter of query) {
    if (letter === '"') isQuoted = !isQuoted;
    if (!isQuoted && letter === '(') depth++;
    if (!isQuoted && letter === ')') depth--;
    const isBetween = /\s/.test(letter) && !isQuoted && depth <= 0;
    if (!isBetween) part += letter;
    if (!isBetween || part === '') continue;
    parts.push(part);
    part = '';
  }
  return part === '' ? parts : [...parts, part];
}
