/** One variable, and how to parse it. `parse` throws an Error that says what was expected. */
export interface Setting<T = unknown> {
  readonly name: string;
  /** Text to use when the variable is not set; null: no default. */
  readonly default: string | null;
  readonly parse: (text: string) => T;
  readonly about: string;
  readonly isSecret: boolean;
}

export function setting<T, D extends string | null>(
  name: string,
  fallback: D,
  parse: (text: string) => T,
  about: string,
) {
  return { name, default: fallback, parse, about, isSecret: false } as Setting<T> & { readonly default: D };
}

export function secret<T, D extends string | null>(...parts: Parameters<typeof setting<T, D>>) {
  return { ...setting<T, D>(...parts), isSecret: true };
}

export function text(min: number, max: number) {
  return (value: string) => {
    if (value.length >= min && value.length <= max) return value;
    throw new Error(`expected ${min} to ${max} characters`);
  };
}

export function integer(min: number, max: number) {
  return (value: string) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw new Error(`expected a whole number from ${min} to ${max}`);
  };
}

export function share(value: string): number {
  const number = Number(value);
  if (/^\d(\.\d+)?$/.test(value) && number <= 1) return number;
  throw new Error('expected a number from 0 to 1, such as 0.1');
}

export function oneOf<const T extends string>(...allowed: T[]) {
  return (value: string): T => {
    const found = allowed.find((item) => item === value);
    if (found !== undefined) return found;
    throw new Error(`expected one of ${allowed.join(', ')}`);
  };
}

export function urlOf(protocols: readonly string[]) {
  return (value: string): string => {
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    throw new Error(
      `expected an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  };
}

export function httpUrl(value: string): string {
  return urlOf(['http:', 'https:'])(value).replace(/\/+$/, '');
}

/** What other addresses begin with. One spelling, as browsers write it in `Origin`: host in lower case, no default port, no slash at the end. */
export function baseUrl(value: string): string {
  const { origin, pathname, search, hash, username, password } = new URL(httpUrl(value));
  const path = pathname.replace(/\/+$/, '');
  if (search + hash + username + password === '' && /^(\/[\w.~-]+)*$/.test(path)) return origin + path;
  throw new Error('expected an address such as https://example.com or https://example.com/bonyan');
}

export function list(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

/** It travels in a header and in a query. */
export function token(value: string): string {
  if (/^[!-~]{16,256}$/.test(value)) return value;
  throw new Error('expected 16 to 256 characters of ASCII without spaces');
}
