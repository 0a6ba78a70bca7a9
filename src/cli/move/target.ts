import { existsSync } from 'node:fs';
import { ConfigError, loadConfig, readDotEnv, type Config } from '#platform/config/load.ts';
import { MoveError } from '#platform/move/port.ts';

const S3 = ['S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];
/** Of the old database only. */
const OF_DATABASE = ['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL'];

/** What the command line says of it. */
export interface Target {
  readonly url: string;
  /** With the settings of the new object storage; null: objects stay. */
  readonly file: string | null;
}

/** All settings of the installation after the move. @throws {ConfigError} @throws {MoveError} */
export function loadTargetConfig({ url, file }: Target): Config {
  const settings = { ...(file === null ? {} : readObjectSettings(file)), DATABASE_URL: url };
  const replaced = new Set([...Object.keys(settings), ...OF_DATABASE]);
  const others = (from: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !replaced.has(name)));
  return loadConfig({ ...others(process.env), ...settings }, others(readDotEnv()));
}

function readObjectSettings(file: string): Record<string, string> {
  if (!existsSync(file)) throw new MoveError(`The file ${file} of --objects does not exist.`);
  const found = readDotEnv(file);
  const mistakes = [
    ...S3.filter((name) => !found[name]).map((name) => `${name}: expected in ${file}`),
    ...Object.keys(found)
      .filter((name) => !S3.includes(name))
      .map((name) => `${name}: not expected in ${file}; it has only ${S3.join(', ')}`),
  ];
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.fromEntries(S3.map((name) => [name, found[name] ?? '']));
}

/** An address without its password. */
export function toShown(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/?#]*):[^/?#]*@/, '$1@').replace(/([?&](?:ssl)?password=)[^&]*/gi, '$1…');
}

/** How the settings change, and what else is to be known before the start. */
export function describeSettings({ url, file }: Target, before: Config, after: Config): string[] {
  const { databaseDirectUrl, databaseReplicaUrl, secret, dataDir } = before;
  const old = [
    ...(databaseDirectUrl === null ? [] : ['DATABASE_DIRECT_URL']),
    ...(databaseReplicaUrl === null ? [] : ['DATABASE_REPLICA_URL']),
  ];
  return [
    '',
    'The installation was moved. Stop all its processes, change these settings, and start it again:',
    `  DATABASE_URL=${toShown(url)}   (with its password)`,
    ...(file === null ? [] : describeObjects(after, file)),
    ...old.map((name) => `  ${name}: remove it, or set it for the new server`),
    secret === null
      ? `BONYAN_SECRET stays the same: it is the file \`secret\` in ${dataDir}. Keep that folder, or set BONYAN_SECRET to its content.`
      : 'BONYAN_SECRET stays the same.',
    'The old installation does not start any more. When the new one is in use, make a backup of it and remove the old data.',
  ];
}

function describeObjects({ s3Endpoint, s3Region, s3Bucket }: Config, file: string): string[] {
  const settings = [`S3_ENDPOINT=${s3Endpoint}`, `S3_REGION=${s3Region}`, `S3_BUCKET=${s3Bucket}`];
  return [...settings, `and the two keys of ${file}`].map((line) => `  ${line}`);
}
