/**
 * The addresses of this installation, as browsers and other services see them: the one place that builds them. All paths
 * that are passed in are our own, such as `/api/v1/todos`; the public address (`BONYAN_PUBLIC_URL`) may have a path
 * before them.
 */
export interface Links {
  /** Without a path, as browsers send it in `Origin`. */
  readonly origin: string;
  /** The path of the public address, without a slash at the end: empty, or such as `/bonyan`. */
  readonly prefix: string;
  /** The whole address of one of our paths. */
  absolute(path: string): string;
  /** The path in browsers of one of our paths, for answers that name themselves. */
  path(path: string): string;
  /**
   * Our own path for the target of a request: a proxy may pass the prefix on, or remove it, and a client may name the
   * server (`http://host/path`, RFC 9112, 3.2.2). Keeps the query.
   */
  own(target: string): string;
  readonly cookies: CookieScope;
}

/** First segments of our own paths. A public address with such a path would make `/api/v1/…` mean two things. */
export const OWN_SEGMENTS: readonly string[] = [
  '.well-known',
  'access',
  'api',
  'asyncapi.json',
  'console',
  'dev',
  'docs',
  'health',
  'metrics',
  'openapi.json',
  'problems',
  'v1',
  'setup',
];

export interface CookieScope {
  /**
   * Over TLS, browsers refuse such a cookie from plain HTTP, and with `__Host-` from other hosts too. `__Host-` demands
   * the path `/`, at which other programs behind the same host would receive our cookies.
   */
  readonly namePrefix: '__Host-' | '__Secure-' | '';
  readonly path: string;
  readonly secure: boolean;
}

const THIS_MACHINE = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether this machine alone can open the URL. */
export function isLocal(url: string): boolean {
  return THIS_MACHINE.test(new URL(url).hostname);
}

const SERVER = /^https?:\/\/[^/?#]*/i;

/** `publicUrl` has no slash at the end, no query and no fragment. */
export function createLinks(publicUrl: string): Links {
  const { origin, pathname, protocol } = new URL(publicUrl);
  const prefix = pathname === '/' ? '' : pathname;
  const secure = protocol === 'https:';
  // No character of a prefix is special in a pattern but `.`.
  const before = new RegExp(`^${prefix.replaceAll('.', String.raw`\.`)}(?=[/?]|$)`);

  return {
    origin,
    prefix,
    absolute: (path) => `${publicUrl}${path}`,
    path: (path) => (path.startsWith('/') ? `${prefix}${path}` : path),
    own(target) {
      const own = target.replace(SERVER, '').replace(before, '');
      return own === '' || own.startsWith('?') ? `/${own}` : own;
    },
    cookies: { namePrefix: secure ? (prefix === '' ? '__Host-' : '__Secure-') : '', path: prefix || '/', secure },
  };
}
