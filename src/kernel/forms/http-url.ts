const HIDDEN = /[\s\p{C}]/u;
/** The half-space of Persian words, as addresses of Persian pages have it after the host. */
const HALF_SPACE = /(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu;

/**
 * The address of a web page as it was typed; null for what no browser opens as one: another scheme, such as `javascript:`,
 * a name or password in it, which show another host than the one it leads to, spaces or hidden characters.
 */
export function parseHttpUrl(typed: string): string | null {
  const [, host = '', rest = ''] = /^https?:\/\/([^/\\?#]+)(.*)$/is.exec(typed) ?? [];
  if (host === '' || HIDDEN.test(host) || HIDDEN.test(rest.replace(HALF_SPACE, '')) || !URL.canParse(typed))
    return null;
  const { username, password, hostname } = new URL(typed);
  return username === '' && password === '' && hostname !== '' ? typed : null;
}
