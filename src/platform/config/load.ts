import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { likelyMisspelt, nearestName, unknownNames } from './names.ts';
import { missingOfProviders } from './provider-settings.ts';
import type { Setting } from './setting-kinds.ts';
import { settings, type Settings } from './settings.ts';
import { signInPrefixes, signInSettings, toSignInProvider, type SignInProviderConfig } from './sign-in-providers.ts';

type Value<S> = S extends Setting<infer T> & { readonly default: infer D } ? (D extends null ? T | null : T) : never;

/** The configuration of the process. Null: a variable without a default that is not set. */
export type Config = { readonly [K in keyof Settings]: Value<Settings[K]> } & {
  /** The address in links, and the issuer of tokens; without a slash at the end. */
  readonly publicUrl: string;
  /** Services to sign in with, from variables that begin with their names. */
  readonly signInProviders: readonly SignInProviderConfig[];
};

export type SettingSource = 'environment' | '.env' | 'default';
export interface SettingOrigin {
  readonly setting: Setting;
  readonly text: string | null;
  readonly source: SettingSource;
}

/** All mistakes in the configuration, one line each. Nothing was started. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds the source of each variable; the environment wins over the `.env` file. */
export function locateSettings(environment: Environment, file: Environment): SettingOrigin[] {
  const toSignIn = signInPrefixes(namesIn(environment, file)).flatMap(signInSettings);
  return [...Object.values(settings), ...toSignIn].map((setting) => locate(setting, environment, file));
}

function locate(setting: Setting, environment: Environment, file: Environment): SettingOrigin {
  const { [setting.name]: fromEnvironment } = environment;
  const { [setting.name]: fromFile } = file;
  if (fromEnvironment) return { setting, text: fromEnvironment, source: 'environment' };
  if (fromFile) return { setting, text: fromFile, source: '.env' };
  return { setting, text: setting.default, source: 'default' };
}

/** The names of variables that are set and not empty. */
function namesIn(environment: Environment, file: Environment): string[] {
  return Object.entries({ ...file, ...environment }).flatMap(([name, value]) => (value ? [name] : []));
}

/** The variables of the `.env` file in the working folder; none if there is no such file. */
export function readDotEnv(path = '.env'): Environment {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
}

/** @throws {ConfigError} with all mistakes, by variable. */
export function loadConfig(environment: Environment, file: Environment = {}): Config {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  const located = locateSettings(environment, file);
  for (const [index, key] of Object.keys(settings).entries()) {
    const origin = located[index];
    if (!origin || origin.text === null) values[key] = null;
    else values[key] = attempt(origin.setting, origin.text, mistakes);
  }
  const config = values as Config; // each value was made by its own setting's parser
  const signInProviders = loadSignInProviders(environment, file, mistakes);
  mistakes.push(...unknown(environment, file));
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  const complete: Config = { ...config, publicUrl, signInProviders };
  if (mistakes.length === 0) mistakes.push(...contradictions(complete));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return complete;
}

function loadSignInProviders(environment: Environment, file: Environment, mistakes: string[]): SignInProviderConfig[] {
  const providers = signInPrefixes(namesIn(environment, file)).flatMap((prefix) => {
    const located = signInSettings(prefix).map((setting) => locate(setting, environment, file));
    const before = mistakes.length;
    const values = located.map(({ setting, text }) => (text === null ? null : attempt(setting, text, mistakes)));
    const provider = mistakes.length > before ? null : toSignInProvider(prefix, values as (string | null)[], mistakes);
    return provider ? [provider] : [];
  });
  for (const { name } of providers.filter(({ name: one }, index) => providers.findIndex((p) => p.name === one) < index))
    mistakes.push(
      `BONYAN_OIDC_${name.toUpperCase()}_*: expected another name, since BONYAN_OAUTH_${name.toUpperCase()}_* has the same`,
    );
  return providers;
}

function attempt(setting: Setting, text: string, mistakes: string[]): unknown {
  try {
    return setting.parse(text);
  } catch (error) {
    const shown = setting.isSecret ? 'the given value' : JSON.stringify(text);
    mistakes.push(`${setting.name}: ${error instanceof Error ? error.message : String(error)}, not ${shown}`);
    return null;
  }
}

function unknown(environment: Environment, file: Environment): string[] {
  const known = knownNames(environment, file);
  return unknownNames({ ...file, ...environment }, known).map((name) => {
    const meant = nearestName(name, known);
    return `${name}: expected the name of a setting${meant === undefined ? '' : `, such as ${meant}`}; \`bonyan config\` lists all`;
  });
}

/** Variables of others whose names are nearly those of settings: one line each, to be shown. */
export function nameHints(environment: Environment, file: Environment): string[] {
  const found = likelyMisspelt({ ...file, ...environment }, knownNames(environment, file));
  return [...found].map(([name, meant]) => `${name} is not a setting and is ignored; perhaps ${meant} is meant.`);
}

function knownNames(environment: Environment, file: Environment): ReadonlySet<string> {
  return new Set(locateSettings(environment, file).map(({ setting }) => setting.name));
}

/** Settings that are unsafe in production, and settings that need each other. */
function contradictions(config: Config): string[] {
  const found: string[] = [];
  if ((config.adminEmail === null) !== (config.adminPassword === null)) {
    found.push('BONYAN_ADMIN_EMAIL, BONYAN_ADMIN_PASSWORD: expected both or neither');
  }
  const missing = missingOfS3(config);
  if (missing.length > 0) found.push(`${missing.join(', ')}: expected, because other S3 settings are set`);
  if (config.auditAnchorS3Bucket !== null && config.s3Endpoint === null)
    found.push('BONYAN_AUDIT_ANCHOR_S3_BUCKET: expected only together with S3_ENDPOINT and the other S3 settings');
  found.push(...missingOfProviders(config));
  if (config.botCheck === 'turnstile' && (config.turnstileSiteKey === null || config.turnstileSecret === null))
    found.push('BONYAN_TURNSTILE_SITE_KEY, BONYAN_TURNSTILE_SECRET: expected, because BONYAN_BOT_CHECK is turnstile');
  if (config.secretPrevious !== null && config.secretPrevious === config.secret)
    found.push('BONYAN_SECRET_PREVIOUS: expected another value than that of BONYAN_SECRET');
  if (config.mode !== 'production') return found;
  if (config.secret === null)
    found.push('BONYAN_SECRET: expected in production, so that the secret is not stored beside the data');
  if (config.smtpUrl === null)
    found.push('SMTP_URL: expected in production, because without it e-mails are captured and not sent');
  if (config.corsOrigins.includes('*')) found.push('BONYAN_CORS_ORIGINS: expected named origins in production, not *');
  return found;
}

/** The missing S3 settings, if some are set. */
function missingOfS3(config: Config): string[] {
  const { s3Endpoint, s3Region, s3Bucket, s3AccessKeyId, s3SecretAccessKey } = settings;
  const all = { s3Endpoint, s3Region, s3Bucket, s3AccessKeyId, s3SecretAccessKey };
  const keys = Object.keys(all) as (keyof typeof all)[];
  const missing = keys.filter((key) => config[key] === null);
  return missing.length === keys.length ? [] : missing.map((key) => all[key].name);
}
