import { isIP } from 'node:net';
import { providerSettings } from './provider-settings.ts';
import { httpUrl, integer, list, oneOf, secret, setting, text, urlOf } from './setting.ts';

/** Every variable the platform reads, in the order in which `bonyan config` shows them. */
export const settings = {
  mode: setting('BONYAN_MODE', 'development', oneOf('development', 'production'), 'production refuses unsafe defaults'),
  host: setting('HOST', '127.0.0.1', text(1, 255), 'address to listen on'),
  port: setting('PORT', '8080', integer(0, 65_535), 'port to listen on; 0 takes a free one'),
  publicUrl: setting(
    'BONYAN_PUBLIC_URL',
    null,
    httpUrl,
    'used in links and as token issuer; default http://localhost:PORT',
  ),
  dataDir: setting('BONYAN_DATA_DIR', './data', text(1, 4096), 'embedded database, objects and keys'),
  secret: secret(
    'BONYAN_SECRET',
    null,
    secretKey,
    'at least 32 random bytes; made once under the data folder when not set',
  ),
  secretPrevious: secret(
    'BONYAN_SECRET_PREVIOUS',
    null,
    secretKey,
    'accepted beside it after a change, until `bonyan secret rewrap` has run',
  ),
  adminEmail: setting('BONYAN_ADMIN_EMAIL', null, email, 'creates the first administrator when there is none'),
  adminPassword: secret('BONYAN_ADMIN_PASSWORD', null, text(12, 256), 'its password, 12 to 256 characters'),
  databaseUrl: secret('DATABASE_URL', null, postgresUrl, 'PostgreSQL 15 or newer; default: the embedded server'),
  databaseDirectUrl: secret('DATABASE_DIRECT_URL', null, postgresUrl, 'beside a pooler: the address without it'),
  databasePrepared: setting('DATABASE_PREPARED', 'true', flag, 'false behind PgBouncer older than 1.21'),
  databasePoolSize: setting('BONYAN_DATABASE_POOL_SIZE', '10', integer(2, 200), 'connections of one process'),
  redisUrl: secret('REDIS_URL', null, redisUrl, 'cache and rate limits shared by the nodes; default: in memory'),
  amqpUrl: secret('AMQP_URL', null, amqpUrl, 'amqp:// or amqps://, RabbitMQ 3.10 or newer; default: events in process'),
  amqpPrefix: setting('BONYAN_AMQP_PREFIX', 'bonyan', amqpName, 'begins every name on the broker'),
  smtpUrl: secret(
    'SMTP_URL',
    null,
    smtpUrl,
    'smtp:// (?requireTLS=true demands STARTTLS) or smtps://; default: the captured mailbox (development only)',
  ),
  mailFrom: setting('MAIL_FROM', 'Bonyan <no-reply@localhost>', text(3, 320), 'sender of e-mails'),
  s3Endpoint: setting('S3_ENDPOINT', null, httpUrl, 'MinIO or any S3; default: objects lie under the data folder'),
  s3Region: setting('S3_REGION', null, text(1, 64), 'its region; us-east-1 where it knows none'),
  s3Bucket: setting('S3_BUCKET', null, bucketName, 'where objects are kept; made when missing, in development only'),
  s3AccessKeyId: secret('S3_ACCESS_KEY_ID', null, text(1, 256), 'who asks S3'),
  s3SecretAccessKey: secret('S3_SECRET_ACCESS_KEY', null, text(1, 256), 'the key of who asks S3'),
  clamavUrl: setting('CLAMAV_URL', null, clamdUrl, 'clamd, tcp://host:3310 or unix:/path; default: nothing is scanned'),
  clamavMaxBytes: setting(
    'CLAMAV_MAX_BYTES',
    '25000000',
    integer(1, 4_000_000_000),
    'what is larger is not sent to clamd; at most its StreamMaxLength, which is 25M where nobody raised it',
  ),
  rateLimitPerMinute: setting(
    'BONYAN_RATE_LIMIT_PER_MINUTE',
    '600',
    integer(0, 1_000_000),
    'requests per user, or per address; 0 is off',
  ),
  corsOrigins: setting('BONYAN_CORS_ORIGINS', '', origins, 'comma-separated origins that browsers may call from'),
  returnOrigins: setting(
    'BONYAN_RETURN_ORIGINS',
    '',
    namedOrigins,
    'comma-separated origins, beside the own one, to which a sign-in with another provider may send people back',
  ),
  trustedProxies: setting(
    'BONYAN_TRUSTED_PROXIES',
    '',
    addresses,
    'comma-separated addresses or CIDRs whose X-Forwarded-For counts',
  ),
  maxLoopDelayMs: setting(
    'BONYAN_MAX_LOOP_DELAY_MS',
    '1000',
    integer(0, 60_000),
    'event-loop delay past which requests are shed with 503; 0 is off',
  ),
  passwordClasses: setting(
    'BONYAN_PASSWORD_CLASSES',
    '',
    someOf('lower', 'upper', 'digit', 'symbol'),
    'comma-separated kinds of characters that every new password must have: lower, upper, digit, symbol',
  ),
  signingKeyDays: setting(
    'BONYAN_SIGNING_KEY_DAYS',
    '90',
    integer(1, 3650),
    'age at which the key that signs access tokens is replaced',
  ),
  workers: setting('BONYAN_WORKERS', 'true', flag, 'run background workers in this process'),
  workConcurrency: setting(
    'BONYAN_WORK_CONCURRENCY',
    '8',
    integer(1, 200),
    'work items that one process runs at once; each channel of messages has as many of its own',
  ),
  auditAnchorFile: setting(
    'BONYAN_AUDIT_ANCHOR_FILE',
    null,
    text(1, 4096),
    'signed heads of the audit trail are appended here; best on a disk that the database server cannot write',
  ),
  auditAnchorS3Bucket: setting(
    'BONYAN_AUDIT_ANCHOR_S3_BUCKET',
    null,
    bucketName,
    'signed heads of the audit trail are put into this bucket too, locked where it locks objects; needs S3_ENDPOINT',
  ),
  auditAnchorS3LockDays: setting(
    'BONYAN_AUDIT_ANCHOR_S3_LOCK_DAYS',
    '365',
    integer(1, 36_500),
    'how long such an object cannot be deleted',
  ),
  auditAnchorWebhook: secret(
    'BONYAN_AUDIT_ANCHOR_WEBHOOK',
    null,
    httpUrl,
    'signed heads of the audit trail are posted here as JSON',
  ),
  auditAnchorEmail: setting(
    'BONYAN_AUDIT_ANCHOR_EMAIL',
    null,
    email,
    'signed heads of the audit trail are mailed here',
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
    'attempts at handing a message over before it has failed',
  ),
  notificationRetryBaseMs: setting(
    'BONYAN_NOTIFICATION_RETRY_BASE_MS',
    '10000',
    integer(1, 3_600_000),
    'longest pause before the second attempt; doubles with each, and is drawn anew from 0 on',
  ),
  notificationsPerRecipient: setting(
    'BONYAN_NOTIFICATIONS_PER_RECIPIENT_PER_MINUTE',
    '120',
    integer(1, 100_000),
    'attempts for one recipient within any minute, over all nodes; more wait',
  ),
  notificationsPerSecond: setting(
    'BONYAN_NOTIFICATIONS_PER_SECOND',
    '',
    rates,
    'by channel, over all nodes, such as email=100,sms=10; more wait; a channel that is not named has no limit',
  ),
  providerConcurrency: setting(
    'BONYAN_PROVIDER_CONCURRENCY',
    '20',
    integer(1, 1000),
    'messages that one process gives one provider at once; ten times as many wait',
  ),
  logLevel: setting(
    'BONYAN_LOG_LEVEL',
    'info',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'least level that is written',
  ),
  ...providerSettings,
};

export type Settings = typeof settings;

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
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return value.trim().toLowerCase();
  throw new Error('expected an e-mail address');
}

/** Long enough to be random; how it was encoded does not matter to key derivation. */
function secretKey(value: string): string {
  if (Buffer.byteLength(value) >= 32) return value;
  throw new Error('expected at least 32 random bytes, for example from: openssl rand -base64 48');
}

function rates(value: string): ReadonlyMap<string, number> {
  const items = list(value).map((item) => /^(email|sms|push|slack|teams|telegram|webhook)=([1-9]\d{0,5})$/.exec(item));
  if (items.some((item) => item === null)) throw new Error('expected channels and rates such as email=100,sms=10');
  return new Map(items.map((item) => [item?.[1] ?? '', Number(item?.[2])]));
}

function origins(value: string): string[] {
  const items = list(value);
  const bad = items.find((item) => item !== '*' && (!URL.canParse(item) || new URL(item).origin !== item));
  if (bad === undefined) return items;
  throw new Error(`expected origins such as https://app.example.com; ${bad} is none`);
}

function namedOrigins(value: string): string[] {
  if (list(value).includes('*')) throw new Error('expected named origins');
  return origins(value);
}

function addresses(value: string): string[] {
  const items = list(value);
  const bad = items.find((item) => !isIP(item.split('/')[0] ?? '') || !/^[^/]+(\/\d{1,3})?$/.test(item));
  if (bad === undefined) return items;
  throw new Error(`expected addresses or CIDRs; ${bad} is none`);
}
