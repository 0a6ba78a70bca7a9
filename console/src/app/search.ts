/** The texts of an address that are there. */
export function toText<K extends string>(
  found: Readonly<Record<string, unknown>>,
  ...keys: readonly K[]
): { [key in K]?: string } {
  const entries = keys.flatMap((key) => {
    const value = found[key];
    return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
  });
  return Object.fromEntries(entries) as { [key in K]?: string };
}

/** The page of a list; the first one is left out. */
export function toPage({ page }: Readonly<Record<string, unknown>>): { page?: number } {
  const number = Number(page);
  return Number.isSafeInteger(number) && number > 1 ? { page: number } : {};
}

/** Where the shown page of a list begins; the first page has none. */
export function toCursor(found: Readonly<Record<string, unknown>>): { cursor?: string } {
  return toText(found, 'cursor');
}

/** Without what is undefined, as the client wants a query. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
