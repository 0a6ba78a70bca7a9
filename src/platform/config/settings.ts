import { isIP } from 'node:net';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { OWN_SEGMENTS } from '#kernel/links.ts';
import { brandingSettings } from './branding-settings.ts';
import { loggingSettings } from './logging-settings.ts';
import { providerSettings } from './provider-settings.ts';
import { botCheckSettings } from './bot-check-settings.ts';
import { phoneSettings } from './phone-settings.ts';
import { metadataSchemas, tokenClaims } from './metadata-settings.ts';
import { rateLimits } from './rate-limits.ts';
import { telemetrySettings } from './telemetry-settings.ts';
import { baseUrl, httpUrl, integer, list, oneOf, secret, setting, text, token, urlOf } from './setting-kinds.ts';

const MAX_FILE_BYTES = 5 * 2 ** 40; // of one object in S3

/** All settings, in the order in which `bonyan config` shows them. */
export const settings = {
  mode: setting(
    'BONYAN_MODE',
    'development',
    oneOf('development', 'production'),
    'development or production; production refuses unsafe settings',
  ),
  host: setting('HOST', '127.0.0.1', text(1, 255), 'address to listen on'),
  port: setting('PORT', '8080', integer(0, 65_535), 'port to listen on; 0: any free port'),
  publicUrl: setting(
    'BONYAN_PUBLIC_URL',
    null,
    publicUrl,
    'address in links, and issuer of tokens; may have a path, such as https://example.com/bonyan, behind a proxy; default: http://localhost:PORT',
  ),
  dataDir: setting(
    'BONYAN_DATA_DIR',
    './data',
    text(1, 4096),
    'folder of the embedded database, stored objects and the secret',
  ),
  ownConfig: setting(
    'BONYAN_CONFIG',
    null,
    text(1, 4096),
    'file that names modules of your own; default: bonyan.config.ts in the working folder, if it is there',
  ),
  secret: secret(
    'BONYAN_SECRET',
    null,
    secretKey,
    'at least 32 random bytes, such as from `openssl rand -base64 48`; default: created once in the data folder',
  ),
  secretPrevious: secret(
    'BONYAN_SECRET_PREVIOUS',
    null,
    secretKey,
    'after a change of BONYAN_SECRET: the old one, until `bonyan secret re-encrypt` has run',
  ),
  adminEmail: setting(
    'BONYAN_ADMIN_EMAIL',
    null,
    email,
    'e-mail of the first administrator, created when there is none',
  ),
  adminPassword: secret(
    'BONYAN_ADMIN_PASSWORD',
    null,
    text(12, 256),
    'password of the first administrator, 12 to 256 characters',
  ),
  databaseUrl: secret(
    'DATABASE_URL',
    null,
    postgresUrl,
    'postgres:// address of PostgreSQL 15 or newer; default: the embedded server',
  ),
  databaseDirectUrl: secret(
    'DATABASE_DIRECT_URL',
    null,
    postgresUrl,
    'when DATABASE_URL is a pooler: the address of the server itself; set jit = off for the user of the pooler',
  ),
  databaseReplicaUrl: secret(
    'DATABASE_REPLICA_URL',
    null,
    postgresUrl,
    'postgres:// address of a streaming replica of DATABASE_URL; answers reads when it has replayed enough',
  ),
  databasePrepared: setting(
    'DATABASE_PREPARED',
    'true',
    flag,
    'use prepared statements; false behind PgBouncer older than 1.21',
  ),
  databasePoolSize: setting(
    'BONYAN_DATABASE_POOL_SIZE',
    '10',
    integer(2, 200),
    'maximum number of database connections per process',
  ),
  statementTimeoutMs: setting(
    'BONYAN_STATEMENT_TIMEOUT_MS',
    '10000',
    integer(100, 600_000),
    'milliseconds after which a statement of a request ends with 503; not behind a pooler: set statement_timeout of its user',
  ),
  lockTimeoutMs: setting(
    'BONYAN_LOCK_TIMEOUT_MS',
    '5000',
    integer(100, 600_000),
    'milliseconds for which a statement of a request waits for a row or table that another transaction holds',
  ),
  redisUrl: secret(
    'REDIS_URL',
    null,
    redisUrl,
    'redis:// or rediss://; shares cache and rate limits between nodes; default: in memory',
  ),
  amqpUrl: secret(
    'AMQP_URL',
    null,
    amqpUrl,
    'amqp:// or amqps://, RabbitMQ 3.10 or newer, for events; default: in process',
  ),
  amqpPrefix: setting('BONYAN_AMQP_PREFIX', 'bonyan', amqpName, 'prefix of every name on the broker'),
  amqpShards: setting(
    'BONYAN_AMQP_SHARDS',
    '4',
    integer(1, 64),
    'queues per consumer, over which its keys are spread; so many processes can share its work; fixed at the first start with AMQP_URL',
  ),
  smtpUrl: secret(
    'SMTP_URL',
    null,
    smtpUrl,
    'smtp:// (?requireTLS=true demands STARTTLS) or smtps://; default: the captured mailbox (development only)',
  ),
  mailboxKey: secret(
    'BONYAN_MAILBOX_KEY',
    null,
    token,
    'key that opens the captured mailbox; default: created once in the data folder, as mailbox-key',
  ),
  mailFrom: setting(
    'MAIL_FROM',
    'no-reply@localhost',
    text(3, 320),
    'sender of e-mails; an address alone gets the name of the application',
  ),
  s3Endpoint: setting(
    'S3_ENDPOINT',
    null,
    httpUrl,
    'MinIO or any S3-compatible storage; default: files in the data folder',
  ),
  s3Region: setting('S3_REGION', null, text(1, 64), 'region of the storage; us-east-1 if it has none'),
  s3Bucket: setting('S3_BUCKET', null, bucketName, 'bucket for objects; created when missing, in development only'),
  s3AccessKeyId: secret('S3_ACCESS_KEY_ID', null, text(1, 256), 'access key of S3'),
  s3SecretAccessKey: secret('S3_SECRET_ACCESS_KEY', null, text(1, 256), 'secret key of S3'),
  clamavUrl: setting(
    'CLAMAV_URL',
    null,
    clamdUrl,
    'clamd at tcp://host:3310 or unix:/path; default: nothing is scanned',
  ),
  clamavMaxBytes: setting(
    'CLAMAV_MAX_BYTES',
    '25000000',
    integer(1, 4_000_000_000),
    'larger files are not scanned; at most the StreamMaxLength of clamd, by default 25M',
  ),
  rateLimitPerMinute: setting(
    'BONYAN_RATE_LIMIT_PER_MINUTE',
    '600',
    integer(0, 1_000_000),
    'requests per minute per user, or per network without a sign-in; 0: no limit',
  ),
  rateLimits: setting(
    'BONYAN_RATE_LIMITS',
    '',
    rateLimits,
    'further limits per user or network, by route: METHOD /path=COUNT/PERIOD with s, min, h or d, such as POST /api/v1/todos=30/min, * /api/v1/files/*=1000/h',
  ),
  failuresPerNetwork: setting(
    'BONYAN_FAILURES_PER_NETWORK',
    '30',
    integer(0, 1_000_000),
    'wrong passwords and codes from one network (an IPv4 address or IPv6 /64) in 15 minutes; then only known devices sign in there; 0: no limit',
  ),
  corsOrigins: setting(
    'BONYAN_CORS_ORIGINS',
    '',
    origins,
    'comma-separated origins whose pages may call the API, also with cookies; in development those of this machine may too',
  ),
  returnOrigins: setting(
    'BONYAN_RETURN_ORIGINS',
    '',
    namedOrigins,
    'comma-separated origins to which a sign-in with an external provider may return; their pages may also call the API',
  ),
  trustedProxies: setting(
    'BONYAN_TRUSTED_PROXIES',
    '',
    addresses,
    'comma-separated addresses or CIDRs of proxies whose X-Forwarded-For is trusted',
  ),
  maxLoopDelayMs: setting(
    'BONYAN_MAX_LOOP_DELAY_MS',
    '1000',
    integer(0, 60_000),
    'lasting event-loop delay above which requests are refused with 503; 0: never',
  ),
  passwordClasses: setting(
    'BONYAN_PASSWORD_CLASSES',
    '',
    someOf('lower', 'upper', 'digit', 'symbol'),
    'comma-separated kinds of characters that new passwords must contain: lower, upper, digit, symbol',
  ),
  tokenAlgorithm: setting(
    'BONYAN_TOKEN_ALGORITHM',
    'ES256',
    oneOf('ES256', 'EdDSA'),
    'how access tokens are signed: ES256, which every JWT library verifies, or EdDSA (Ed25519); a change replaces the key without downtime',
  ),
  userMetadataSchemas: setting(
    'BONYAN_USER_METADATA_SCHEMA',
    '',
    metadataSchemas,
    'path of a JSON file with JSON schemas (public, private, unsafe) for the own fields of accounts; empty: any fields',
  ),
  tokenClaims: setting(
    'BONYAN_TOKEN_CLAIMS',
    '',
    tokenClaims,
    'own fields of accounts that access tokens carry, such as plan=public.plan,theme=unsafe.theme; a token has them as they were when it was issued, at most 15 minutes ago',
  ),
  signingKeyDays: setting(
    'BONYAN_SIGNING_KEY_DAYS',
    '90',
    integer(1, 3650),
    'days after which the key that signs access tokens is replaced',
  ),
  workers: setting('BONYAN_WORKERS', 'true', flag, 'run background workers in this process'),
  workConcurrency: setting(
    'BONYAN_WORK_CONCURRENCY',
    '8',
    integer(1, 200),
    'worker slots of one process: work items that it runs at once; each message channel has as many of its own',
  ),
  jobLeaseSeconds: setting(
    'BONYAN_JOB_LEASE_SECONDS',
    '30',
    integer(3, 3600),
    'how long a process that runs a job and falls silent is trusted; then another one takes the job over',
  ),
  executionDays: setting(
    'BONYAN_EXECUTION_DAYS',
    '90',
    integer(0, 36_500),
    'days after which executions of jobs that have ended are deleted; 0: never',
  ),
  backupDir: setting(
    'BONYAN_BACKUP_DIR',
    null,
    text(1, 4096),
    'folder for daily backups, best on another machine; every process that runs workers must reach it; default: none are made',
  ),
  auditAnchorFile: setting(
    'BONYAN_AUDIT_ANCHOR_FILE',
    null,
    text(1, 4096),
    'file to which signed heads of the audit trail are appended; best on a disk that the database server cannot write',
  ),
  auditAnchorS3Bucket: setting(
    'BONYAN_AUDIT_ANCHOR_S3_BUCKET',
    null,
    bucketName,
    'bucket for signed heads of the audit trail, locked if the bucket has object lock; needs S3_ENDPOINT',
  ),
  auditAnchorS3LockDays: setting(
    'BONYAN_AUDIT_ANCHOR_S3_LOCK_DAYS',
    '365',
    integer(1, 36_500),
    'days for which such an object cannot be deleted',
  ),
  auditAnchorWebhook: secret(
    'BONYAN_AUDIT_ANCHOR_WEBHOOK',
    null,
    httpUrl,
    'URL to which signed heads of the audit trail are posted as JSON',
  ),
  auditAnchorEmail: setting(
    'BONYAN_AUDIT_ANCHOR_EMAIL',
    null,
    email,
    'address to which signed heads of the audit trail are mailed',
  ),
  auditAnchorSeconds: setting(
    'BONYAN_AUDIT_ANCHOR_SECONDS',
    '3600',
    integer(60, 604_800),
    'seconds between two signed heads',
  ),
  notificationAttempts: setting(
    'BONYAN_NOTIFICATION_ATTEMPTS',
    '5',
    integer(1, 50),
    'attempts to deliver a message before it has failed',
  ),
  notificationRetryBaseMs: setting(
    'BONYAN_NOTIFICATION_RETRY_BASE_MS',
    '10000',
    integer(1, 3_600_000),
    'maximum pause before the second attempt; doubles with each attempt; the pause is random between 0 and it',
  ),
  notificationsPerRecipient: setting(
    'BONYAN_NOTIFICATIONS_PER_RECIPIENT_PER_MINUTE',
    '120',
    integer(1, 100_000),
    'delivery attempts per recipient and minute, over all nodes; further ones wait',
  ),
  notificationsPerSecond: setting(
    'BONYAN_NOTIFICATIONS_PER_SECOND',
    '',
    rates,
    'deliveries per second by channel, over all nodes, such as email=100,sms=10; further ones wait; other channels have no limit',
  ),
  providerConcurrency: setting(
    'BONYAN_PROVIDER_CONCURRENCY',
    '20',
    integer(1, 1000),
    'deliveries that one process has under way at once with one provider; ten times as many may wait',
  ),
  notificationDays: setting(
    'BONYAN_NOTIFICATION_DAYS',
    '0',
    integer(0, 36_500),
    'days after which messages that have ended are deleted, also from inboxes; reports keep their counts; 0: never',
  ),
  todosPerUser: setting(
    'BONYAN_TODOS_PER_USER',
    '100000',
    integer(0, 10_000_000),
    'todos that one user may have; 0: no limit',
  ),
  exportsQuotaBytes: setting(
    'BONYAN_EXPORTS_QUOTA_BYTES',
    '1073741824',
    integer(0, Number.MAX_SAFE_INTEGER),
    'bytes that all exports of one user may have together; 0: no limit',
  ),
  organisationsPerUser: setting(
    'BONYAN_ORGANISATIONS_PER_USER',
    '10',
    integer(0, 1000),
    'organisations that one user may found; 0: none',
  ),
  organisationMembers: setting(
    'BONYAN_ORGANISATION_MEMBERS',
    '1000',
    integer(1, 100_000),
    'members that one organisation may have',
  ),
  filesMaxBytes: setting(
    'BONYAN_FILES_MAX_BYTES',
    '52428800',
    integer(1, MAX_FILE_BYTES),
    'bytes that one uploaded file may have; with CLAMAV_URL at most CLAMAV_MAX_BYTES of them can be scanned',
  ),
  filesMaxBytesByModule: setting(
    'BONYAN_FILES_MAX_BYTES_BY_MODULE',
    '',
    sizes,
    'the same for files of some modules, such as videos=2147483648,avatars=1048576',
  ),
  filesQuotaBytes: setting(
    'BONYAN_FILES_QUOTA_BYTES',
    '10737418240',
    integer(0, Number.MAX_SAFE_INTEGER),
    'bytes that all files of one user may have together; 0: no limit',
  ),
  filesMaxCount: setting(
    'BONYAN_FILES_MAX_COUNT',
    '100000',
    integer(0, 100_000_000),
    'files that one user may have, those in the trash included; 0: no limit',
  ),
  filesAllow: setting(
    'BONYAN_FILES_ALLOW',
    '',
    someOf('executable', 'script', 'html'),
    'comma-separated kinds of files that are refused otherwise: executable, script, html',
  ),
  filesScannerDown: setting(
    'BONYAN_FILES_SCANNER_DOWN',
    'wait',
    oneOf('wait', 'release'),
    'while clamd does not answer: wait, files stay pending; or release, they become available unscanned',
  ),
  filesUnscannable: setting(
    'BONYAN_FILES_UNSCANNABLE',
    'refuse',
    oneOf('refuse', 'release'),
    'files that clamd cannot scan whole, such as encrypted or too large ones: refuse, or release them as unscannable',
  ),
  filesTrashDays: setting(
    'BONYAN_FILES_TRASH_DAYS',
    '30',
    integer(1, 3650),
    'days for which a deleted file can be restored',
  ),
  filesVersions: setting(
    'BONYAN_FILES_VERSIONS',
    '10',
    integer(0, 1000),
    'older contents that are kept of one file: the oldest goes when another one comes; 0: none',
  ),
  filesLinksPerMinute: setting(
    'BONYAN_FILES_LINKS_PER_MINUTE',
    '40',
    integer(0, 1_000_000),
    'requests per minute by links to files from one network; 0: no limit',
  ),
  ...loggingSettings,
  ...telemetrySettings,
  ...botCheckSettings,
  ...phoneSettings,
  logLevel: setting(
    'BONYAN_LOG_LEVEL',
    'info',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'lowest level that is logged: trace, debug, info, warn, error or silent',
  ),
  logFormat: setting(
    'BONYAN_LOG_FORMAT',
    null,
    oneOf('pretty', 'json'),
    'pretty: one line for people; json: one object per line; default: pretty in a terminal, else json',
  ),
  ...brandingSettings,
  ...providerSettings,
};

export type Settings = typeof settings;

function publicUrl(value: string): string {
  const url = baseUrl(value);
  const [, first = ''] = new URL(url).pathname.split('/');
  if (!OWN_SEGMENTS.includes(first)) return url;
  throw new Error(`expected a path that does not begin with /${first}, as paths of Bonyan itself do`);
}

function someOf<const T extends string>(...allowed: T[]) {
  const one = oneOf(...allowed);
  return (value: string): T[] => list(value).map(one);
}

function flag(value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new Error('expected true or false');
}

function postgresUrl(value: string): string {
  return urlOf(['postgres:', 'postgresql:'])(value);
}

function redisUrl(value: string): string {
  return urlOf(['redis:', 'rediss:'])(value);
}

function amqpUrl(value: string): string {
  return urlOf(['amqp:', 'amqps:'])(value);
}

function amqpName(value: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,49}$/.test(value)) return value;
  throw new Error('expected up to 50 of a-z, 0-9, - and _');
}

function smtpUrl(value: string): string {
  return urlOf(['smtp:', 'smtps:'])(value);
}

function bucketName(value: string): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)) return value;
  throw new Error('expected 3 to 63 lower-case letters, digits, dots and hyphens');
}

function clamdUrl(value: string): string {
  if (/^unix:\/./.test(value)) return value;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol === 'tcp:' && url.hostname && ['', '/'].includes(url.pathname)) return value;
  throw new Error('expected tcp://host:port or unix:/path');
}

function email(value: string): string {
  const address = parseEmail(value);
  if (address !== null) return address;
  throw new Error('expected an e-mail address, such as you@example.com');
}

/** Checks only the length; key derivation accepts any encoding. */
function secretKey(value: string): string {
  if (Buffer.byteLength(value) >= 32) return value;
  throw new Error('expected at least 32 random bytes, for example from: openssl rand -base64 48');
}

function rates(value: string): ReadonlyMap<string, number> {
  const items = list(value).map((item) => /^(email|sms|push|slack|teams|telegram|webhook)=([1-9]\d{0,5})$/.exec(item));
  if (items.some((item) => item === null)) throw new Error('expected channels and rates such as email=100,sms=10');
  return new Map(items.map((item) => [item?.[1] ?? '', Number(item?.[2])]));
}

function sizes(value: string): ReadonlyMap<string, number> {
  const items = list(value).map((item) => /^([a-z][a-z0-9-]{0,62})=([1-9]\d{0,12})$/.exec(item));
  if (items.some((item) => item === null || Number(item[2]) > MAX_FILE_BYTES))
    throw new Error('expected modules and bytes such as videos=2147483648');
  return new Map(items.map((item) => [item?.[1] ?? '', Number(item?.[2])]));
}

function origins(value: string): string[] {
  const items = list(value);
  const bad = items.find((item) => item !== '*' && (!URL.canParse(item) || new URL(item).origin !== item));
  if (bad === undefined) return items;
  throw new Error(`expected origins such as https://app.example.com; ${bad} is not one`);
}

function namedOrigins(value: string): string[] {
  if (list(value).includes('*')) throw new Error('expected origins such as https://app.example.com, and no *');
  return origins(value);
}

function addresses(value: string): string[] {
  const items = list(value);
  const bad = items.find((item) => !isIP(item.split('/')[0] ?? '') || !/^[^/]+(\/\d{1,3})?$/.test(item));
  if (bad === undefined) return items;
  throw new Error(`expected addresses or CIDRs; ${bad} is neither`);
}
