import { secret, setting, text, type Setting } from './setting.ts';

/** A service that can say who somebody is, as the variables of its name describe it. */
export interface SignInProviderConfig {
  /** In paths, lower case. */
  readonly name: string;
  readonly kind: 'oidc' | 'github' | 'meta';
  /** Issuer, as it names itself, or address of the service, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether an address that it calls verified is. */
  readonly isTrustedOnEmail: boolean;
}

type Part = 'ISSUER' | 'URL' | 'CLIENT_ID' | 'CLIENT_SECRET';

/** Of the services that need no address. */
const KNOWN: Readonly<Record<string, string>> = {
  BONYAN_OIDC_GOOGLE: 'https://accounts.google.com',
  BONYAN_OIDC_MICROSOFT: 'https://login.microsoftonline.com/common/v2.0',
  BONYAN_OAUTH_GITHUB: 'https://github.com',
  BONYAN_OAUTH_META: 'https://www.facebook.com',
};
/** Microsoft lets whoever runs a tenant claim any address: what it says of addresses proves nothing. */
const UNTRUSTED_ON_EMAIL = 'microsoft';
/** Where it goes by other names: its clouds, older addresses of theirs, and tenants for customers. */
const MICROSOFT_HOSTS =
  /(?:^|\.)(?:microsoftonline\.(?:com|us|cn|de)|(?:sts|login)\.windows\.net|login\.microsoft\.com|chinacloudapi\.cn|ciamlogin\.com|b2clogin\.com)$/;
const NAME =
  /^(?<prefix>BONYAN_OIDC_[A-Z0-9]{1,30}|BONYAN_OAUTH_(?:GITHUB|META))_(?<part>ISSUER|URL|CLIENT_ID|CLIENT_SECRET)$/;

/** `BONYAN_OIDC_GOOGLE` for every service that one of `names` belongs to, in alphabetical order. */
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
      ? setting(`${prefix}_ISSUER`, known, secureUrl, 'issuer, as its discovery document names it')
      : setting(`${prefix}_URL`, known, serviceUrl, 'address of the service, where it is not the public one'),
    setting(`${prefix}_CLIENT_ID`, null, text(1, 256), 'who we are there; redirect to …/api/v1/users/oauth/callback'),
    secret(`${prefix}_CLIENT_SECRET`, null, text(1, 1024), 'what proves it'),
  ];
}

/** Null, and a line in `mistakes` for each, where parts are missing. `values` in the order of the settings. */
export function toSignInProvider(
  prefix: string,
  values: readonly (string | null)[],
  mistakes: string[],
): SignInProviderConfig | null {
  const [url, clientId, clientSecret] = values;
  const missing = signInSettings(prefix).filter((_, index) => values[index] === null);
  for (const { name } of missing) mistakes.push(`${name}: expected beside the other settings of ${prefix}_*`);
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

/** Secrets and codes travel there: in the clear on this machine only. */
function secureUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || isLocal) && !url.search && !url.hash && !url.username) return value;
  throw new Error('expected an address that begins with https://');
}

function serviceUrl(value: string): string {
  return secureUrl(value).replace(/\/+$/, '');
}
