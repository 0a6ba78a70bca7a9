export type Fields = Readonly<Record<string, unknown>>;

/** JSON Merge Patch (RFC 7396): fields of `patch` replace those of `target`, in objects at any depth; null removes a field. */
export function mergePatch(target: unknown, patch: Fields): Fields {
  const before = isObject(target) ? target : {};
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(patch, name));
  const given = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, isObject(value) ? mergePatch(ownOf(before, name), value) : value] as const);
  return Object.fromEntries([...kept, ...given]);
}

function ownOf(target: Fields, name: string): unknown {
  return Object.hasOwn(target, name) ? target[name] : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
