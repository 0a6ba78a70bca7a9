import { userErrors } from '../contract.ts';

/** Where people may be sent back to: exactly these origins, so that no code leaves for another's. */
export function createReturnUrls(publicUrl: string, others: readonly string[]) {
  const allowed = new Set([new URL(publicUrl).origin, ...others]);

  /** @throws `users.return_url_refused` */
  function parse(given: string | undefined): string {
    if (given === undefined) return publicUrl;
    const url = URL.canParse(given) ? new URL(given) : null;
    if (!url || !allowed.has(url.origin) || url.username || url.password) throw userErrors.returnUrlRefused();
    return url.href;
  }

  return { parse };
}

/** `url` with one parameter more. */
export function withParameter(url: string, name: 'code' | 'error', value: string): string {
  const extended = new URL(url);
  extended.searchParams.set(name, value);
  return extended.href;
}
