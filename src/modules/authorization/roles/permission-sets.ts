import { createLru } from '#kernel/limits/lru.ts';

const MAX_SHARED = 1000; // of 500 codes each, about 20 MB

/** Those who hold the same permissions share one set, and all sets share the strings of their codes. `codes` are sorted. */
export function createPermissionSets(): (codes: readonly string[]) => ReadonlySet<string> {
  const texts = new Map<string, string>(); // as large as the catalogue
  const sets = createLru<ReadonlySet<string>>(MAX_SHARED);

  function sharedText(code: string): string {
    const known = texts.get(code);
    if (known !== undefined) return known;
    texts.set(code, code);
    return code;
  }

  return (codes) => {
    const key = codes.join(' ');
    const known = sets.get(key);
    if (known) return known;
    const made = new Set(codes.map(sharedText));
    sets.set(key, made);
    return made;
  };
}
