const HIDDEN = /[\s\p{C}]/u;

/**
 * The address of a web page as it was typed; null for what no browser opens as one: another scheme, such as `javascript:`,
 * a name or password in it, which show another host than the one it leads to, spaces or hidden characters.
 */
export function parseHttpUrl(typed: string): string | null {
  if (!/^https?:\/\/[^/\\]/i.test(typed) || HIDDEN.test(typed) || !URL.canParse(typed)) return null;
  const { username, password, hostname } = new URL(typed);
  return username === '' && password === '' && hostname !== '' ? typed : null;
}
