import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { mistakes } from '#testing/config.ts';
import { loadConfig, locateSettings, nameHints } from './load.ts';
import { settings } from './settings.ts';

test('without any variable the configuration is complete for development', () => {
  const config = loadConfig({});
  assert.deepEqual(
    [config.mode, config.host, config.port, config.publicUrl],
    ['development', '127.0.0.1', 8080, 'http://localhost:8080'],
  );
  assert.deepEqual([config.databaseUrl, config.smtpUrl, config.workers], [null, null, true]);
});

test('all mistakes are reported at once, by variable, and no secret is printed', () => {
  const found = mistakes({
    PORT: '70000',
    BONYAN_WORKERS: 'maybe',
    BONYAN_PUBLIC_URL: 'ftp://example.com',
    DATABASE_URL: 'mysql://root:hunter2@localhost/x',
    BONYAN_SECRET: 'hunter2',
    BONYAN_CORS_ORIGINS: 'https://a.example, b.example/',
    BONYAN_TRUSTED_PROXIES: '10.0.0.0/8, proxy',
  });

  const names = found.map((line) => line.split(':')[0] ?? '');
  assert.deepEqual(names.toSorted(), [
    'BONYAN_CORS_ORIGINS',
    'BONYAN_PUBLIC_URL',
    'BONYAN_SECRET',
    'BONYAN_TRUSTED_PROXIES',
    'BONYAN_WORKERS',
    'DATABASE_URL',
    'PORT',
  ]);
  assert.ok(!found.join().includes('hunter2'));
});

test('production refuses what is only safe in development', () => {
  const unsafe = mistakes({ BONYAN_MODE: 'production', BONYAN_CORS_ORIGINS: '*' });
  const safe = mistakes({
    BONYAN_MODE: 'production',
    BONYAN_SECRET: 'x'.repeat(32),
    SMTP_URL: 'smtp://mail.example:25',
  });

  assert.deepEqual(
    unsafe.map((line) => line.split(':')[0]),
    ['BONYAN_SECRET', 'SMTP_URL', 'BONYAN_CORS_ORIGINS'],
  );
  assert.deepEqual(safe, []);
});

test('an administrator needs both address and password', () => {
  assert.match(mistakes({ BONYAN_ADMIN_EMAIL: 'a@example.com' }).join(), /BONYAN_ADMIN_PASSWORD/);
});

test('the S3 settings are required together, and the missing ones are named', () => {
  const some = { S3_ENDPOINT: 'http://localhost:9000', S3_REGION: 'us-east-1', S3_BUCKET: 'bonyan' };
  const all = { ...some, S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'hunter2' };

  const [mistake = ''] = mistakes(some);

  assert.match(mistake, /^S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: /);
  assert.deepEqual(mistakes(all), []);
});

test('valid addresses of scanners are accepted, and others are refused', () => {
  const refused = ['localhost:3310', 'http://localhost:3310', 'unix:relative', 'tcp://', 'tcp://localhost/path'];
  const taken = ['tcp://localhost:3310', 'tcp://[::1]:3310', 'tcp://clamd', 'unix:/run/clamd.sock'];

  for (const url of refused) assert.match(mistakes({ CLAMAV_URL: url }).join(), /CLAMAV_URL/, url);
  for (const url of taken) assert.deepEqual(mistakes({ CLAMAV_URL: url }), [], url);
});

test('the environment wins over the file, and an empty variable counts as not set', () => {
  const located = locateSettings({ PORT: '1', HOST: '' }, { PORT: '2', HOST: 'localhost' });
  const byName = new Map(located.map(({ setting, text, source }) => [setting.name, [text, source]]));
  assert.deepEqual(byName.get('PORT'), ['1', 'environment']);
  assert.deepEqual(byName.get('HOST'), ['localhost', '.env']);
  assert.deepEqual(byName.get('DATABASE_URL'), [null, 'default']);
});

test('a name that is no setting is a mistake among the others, with the nearest name, also in the file', () => {
  const file = { BONYAN_DATADIR: './x', BONYAN_SMTP_URL: 'smtp://root:hunter2@localhost', BONYAN_QQ: '1' };

  const found = mistakes({ BONYAN_WORKER: 'true', BONYAN_OIDC_ACME_CLIENT_ID: 'a', PORT: 'high' }, file);

  const near = found.map((line) => [line.split(':')[0], /such as (\w+)/.exec(line)?.[1]]);
  for (const pair of [
    ['PORT', undefined],
    ['BONYAN_WORKER', 'BONYAN_WORKERS'],
    ['BONYAN_DATADIR', 'BONYAN_DATA_DIR'],
    ['BONYAN_SMTP_URL', 'SMTP_URL'],
    ['BONYAN_QQ', undefined],
  ])
    assert.ok(near.some((one) => isDeepStrictEqual(one, pair)), `${pair.join(' ')} is not in ${found.join('\n')}`); // prettier-ignore
  assert.ok(!found.join().includes('hunter2'));
});

test('variables of tests, of pipelines and of Kubernetes services are no mistakes, nor are empty ones', () => {
  const environment = {
    BONYAN_TEST_SERVICES: 'optional',
    BONYAN_CI_RUN: '7',
    BONYAN_BENCH_ENTRIES: '5',
    BONYAN_SERVICE_HOST: '10.0.0.1',
    BONYAN_SERVICE_PORT: '8080',
    BONYAN_SERVICE_PORT_HTTP: '8080',
    BONYAN_PORT: 'tcp://10.0.0.1:8080',
    BONYAN_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    BONYAN_PORT_8080_TCP_PROTO: 'tcp',
    BONYAN_DB_SERVICE_HOST: '10.0.0.2',
    BONYAN_DB_PORT: 'tcp://10.0.0.2:5432',
    BONYAN_EMPTY: '',
  };

  assert.deepEqual(mistakes(environment), []);
  assert.match(mistakes({ BONYAN_PORT: '8080' }).join(), /^BONYAN_PORT: .*such as PORT;/);
});

test('a name of others is no mistake, and hinted at where it is nearly that of a setting without a value', () => {
  const environment = { SMTP_URl: 'x', DATABSE_URL: 'x', REDIS_URI: 'x', REDIS_URL: 'x', PATH: 'x', PORTS: 'x' };

  const hints = nameHints(environment, {}).map((line) => line.match(/\b\w+_UR\w\b/g));

  assert.deepEqual(hints, [['SMTP_URl', 'SMTP_URL'], ['DATABSE_URL', 'DATABASE_URL']]); // prettier-ignore
});

test('every setting says what it is for, and its default is valid', () => {
  for (const { name, about, default: text, parse } of Object.values(settings)) {
    assert.ok(about.length > 10, name);
    if (text !== null) parse(text);
  }
});

test('the missing settings of a provider are named, and an unknown provider is refused', () => {
  const [lacking = '', ...others] = mistakes({ BONYAN_PROVIDERS: 'twilio, webPush', TWILIO_ACCOUNT_SID: 'AC1' });

  assert.match(lacking, /^TWILIO_AUTH_TOKEN, TWILIO_FROM: /);
  assert.match(others.join(), /^VAPID_PRIVATE_KEY, VAPID_SUBJECT: /);
  assert.match(mistakes({ BONYAN_PROVIDERS: 'pigeon' }).join(), /^BONYAN_PROVIDERS: .*pigeon is not one/);
  assert.match(mistakes({ SMTP_FALLBACK_URL: 'smtp://second.example' }).join(), /^SMTP_URL: /);
  assert.match(mistakes({ DKIM_DOMAIN: 'example.com' }).join(), /^DKIM_SELECTOR, DKIM_PRIVATE_KEY: /);
});

test('malformed secrets of providers are refused, and not printed', () => {
  const found = mistakes({
    WEBHOOK_SECRET: 'whsec_hunter2',
    VAPID_PRIVATE_KEY: 'hunter2',
    DKIM_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----',
    FCM_SERVICE_ACCOUNT: '{"private_key":"hunter2"}',
    SMS_HTTP_HEADERS: '{"authorization": ["hunter2"]}',
    BONYAN_OUTBOUND_ALLOW: '10.0.0.0/8, not a host',
  });

  assert.equal(found.length, 6);
  assert.ok(!found.join().includes('hunter2'));
});
