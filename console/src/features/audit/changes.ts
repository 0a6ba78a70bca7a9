/** One field that an operation has changed; `before` is undefined where there was none, and `after` where there is none. */
export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a payload says of before and after; null where it has other details. */
export function toChanges(payload: Readonly<Record<string, unknown>>): readonly Change[] | null {
  if (!('before' in payload) && !('after' in payload)) return null;
  const before = new Map(toFields(payload['before'] ?? {}, ''));
  const after = new Map(toFields(payload['after'] ?? {}, ''));
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** What else the payload says. */
export function toRest({ before: _, after: __, ...rest }: Readonly<Record<string, unknown>>): object | null {
  return Object.keys(rest).length > 0 ? rest : null;
}

/** Each value by its path: objects are opened, lists stay whole. */
function toFields(value: unknown, path: string): [string, unknown][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => toFields(inner, path === '' ? name : `${path}.${name}`));
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
