import { secret, setting, text, type Setting } from './setting-kinds.ts';

/** An external identity provider, as configured by the variables with its name. */
export interface SignInProviderConfig {
  /** As in paths; lower case. */
  readonly name: string;
  readonly kind: 'oidc' | 'github' | 'meta';
  /** Issuer exactly as the provider names itself, or address of the service without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether e-mail addresses that it calls verified are trusted. */
  readonly isTrustedOnEmail: boolean;
}

type Part = 'ISSUER' | 'URL' | 'CLIENT_ID' | 'CLIENT_SECRET';

/** Addresses of well-known services. */
const KNOWN: Readonly<Record<string, string>> = {
  BONYAN_OIDC_GOOGLE: 'https://accounts.google.com',
  BONYAN_OIDC_MICROSOFT: 'https://login.microsoftonline.com/common/v2.0',
  BONYAN_OAUTH_GITHUB: 'https://github.com',
  BONYAN_OAUTH_META: 'https://www.facebook.com',
};
/** Microsoft lets the administrator of any tenant claim any e-mail address, so its addresses prove nothing. */
const UNTRUSTED_ON_EMAIL = 'microsoft';
/** Microsoft's other hosts: national clouds, older addresses, and tenants for customers. */
const MICROSOFT_HOSTS =
  /(?:^|\.)(?:microsoftonline\.(?:com|us|cn|de)|(?:sts|login)\.windows\.net|login\.microsoft\.com|chinacloudapi\.cn|ciamlogin\.com|b2clogin\.com)$/;
const NAME =
  /^(?<prefix>BONYAN_OIDC_[A-Z0-9]{1,30}|BONYAN_OAUTH_(?:GITHUB|META))_(?<part>ISSUER|URL|CLIENT_ID|CLIENT_SECRET)$/;

/** The prefixes, such as `BONYAN_OIDC_GOOGLE`, that occur in `names`, in alphabetical order. */
export function signInPrefixes(names: readonly string[]): string[] {
  const found = names.flatMap((name) => {
    const { prefix, part } = NAME.exec(name)?.groups ?? {};
    return prefix !== undefined && part !== wrongPart(prefix) ? [prefix] : [];
  });
  return [...new Set(found)].toSorted((a, b) => a.localeCompare(b));
}

/** The variables of one service. */
export function signInSettings(prefix: string): Setting<string>[] {
  const { [prefix]: known = null } = KNOWN;
  return [
    isOidc(prefix)
      ? setting(`${prefix}_ISSUER`, known, secureUrl, 'issuer, exactly as in its discovery document')
      : setting(`${prefix}_URL`, known, serviceUrl, 'address of the service, if it is not the public one'),
    setting(
      `${prefix}_CLIENT_ID`,
      null,
      text(1, 256),
      'client id at the provider; register the redirect URI …/api/v1/users/oauth/callback there',
    ),
    secret(`${prefix}_CLIENT_SECRET`, null, text(1, 1024), 'client secret at the provider'),
  ];
}

/** Null when parts are missing, with a line in `mistakes` for each. `values` are in the order of the settings. */
export function toSignInProvider(
  prefix: string,
  values: readonly (string | null)[],
  mistakes: string[],
): SignInProviderConfig | null {
  const [url, clientId, clientSecret] = values;
  const missing = signInSettings(prefix).filter((_, index) => values[index] === null);
  for (const { name } of missing) mistakes.push(`${name}: expected, because other settings of ${prefix}_* are set`);
  if (!url || !clientId || !clientSecret) return null;
  const name = prefix.slice(prefix.lastIndexOf('_') + 1).toLowerCase();
  const kind = isOidc(prefix) ? 'oidc' : name === 'github' ? 'github' : 'meta';
  const isTrustedOnEmail = name !== UNTRUSTED_ON_EMAIL && !MICROSOFT_HOSTS.test(new URL(url).hostname);
  return { name, kind, url, clientId, clientSecret, isTrustedOnEmail };
}

function isOidc(prefix: string): boolean {
  return prefix.startsWith('BONYAN_OIDC_');
}

function wrongPart(prefix: string): Part {
  return isOidc(prefix) ? 'URL' : 'ISSUER';
}

/** Secrets and codes are sent there: unencrypted only on this machine. */
function secureUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || isLocal) && !url.search && !url.hash && !url.username) return value;
  throw new Error(
    'expected an address that begins with https:// (http:// only for localhost), without credentials, query or fragment',
  );
}

function serviceUrl(value: string): string {
  return secureUrl(value).replace(/\/+$/, '');
}
