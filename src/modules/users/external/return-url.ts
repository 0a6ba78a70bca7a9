import { userErrors } from '../contract.ts';

/** Browsers are redirected to these origins only, so that one-time codes are not sent anywhere else. */
export function createReturnUrls(publicUrl: string, mayReturn: (origin: string) => boolean) {
  /** @throws `users.return_url_refused` */
  function parse(given: string | undefined): string {
    if (given === undefined) return publicUrl;
    const url = URL.canParse(given) ? new URL(given) : null;
    if (!url || !mayReturn(url.origin) || url.username || url.password) throw userErrors.returnUrlRefused();
    return url.href;
  }

  return { parse };
}

/** `url` with one more parameter. */
export function withParameter(url: string, name: 'code' | 'error', value: string): string {
  const extended = new URL(url);
  extended.searchParams.set(name, value);
  return extended.href;
}
