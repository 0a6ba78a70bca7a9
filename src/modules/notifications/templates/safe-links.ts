/** Attributes whose value a reader's program follows or loads. */
const ADDRESS =
  /(\b(?:xlink:)?(?:href|src|action|formaction|background|poster)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/gi;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** A character reference (`&colon;`) where a scheme would be. */
const HIDDEN_SCHEME = /^[^/?#:]*&/;
const ALLOWED = new Set(['http', 'https', 'mailto', 'tel', 'cid']);
const IMAGE = /^data:image\/(png|jpeg|gif|webp);/i;

/**
 * HTML in which no address has a scheme that runs a program, such as `javascript:`: a variable may be what somebody typed.
 * A whole address of another scheme becomes `#`.
 */
export function withSafeLinks(html: string): string {
  return html.replace(ADDRESS, (whole, before: string, ...values: (string | undefined)[]) => {
    const [value = ''] = values.slice(0, 3).filter((each) => each !== undefined);
    return isSafe(value) ? whole : `${before}"#"`;
  });
}

function isSafe(value: string): boolean {
  const address = value.replace(/[\0- ]/g, ''); // as browsers read it
  const scheme = SCHEME.exec(address)?.[1];
  if (HIDDEN_SCHEME.test(address)) return false;
  return scheme === undefined || ALLOWED.has(scheme.toLowerCase()) || IMAGE.test(address);
}
