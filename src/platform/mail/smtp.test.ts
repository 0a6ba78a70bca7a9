import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { authenticate } from 'mailauth';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from '#kernel/id.ts';
import { isRefusedUnsent } from '#platform/resilience/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { mailConformance } from '#testing/conformance/mail.ts';
import { makeCertificate, startSmtpServer, type Encryption } from '#testing/servers/smtp-server.ts';
import { LOGO_ID } from '#platform/branding/port.ts';
import type { MailResult } from './port.ts';
import { openSmtp, type SmtpTimes } from './smtp.ts';

const [trusted, stranger] = [makeCertificate(), makeCertificate()];
const options = { skip: trusted ? false : 'there is no openssl' };
// What NODE_EXTRA_CA_CERTS does for a process.
if (trusted) setDefaultCACertificates([...getCACertificates('default'), trusted.cert]);

async function open(t: TestContext, encryption: Encryption = 'none', certificate = trusted, query = '') {
  const server = await startSmtpServer(t, encryption, certificate);
  const { driver, close } = openSmtp(`${server.url}${query}`, 'Bonyan <no-reply@example.com>');
  t.after(close);
  return { mail: driver.port, probe: driver.probe, received: server.received, sender: server.sender };
}

mailConformance('SMTP', (t) => open(t));
if (trusted) {
  mailConformance('SMTP with STARTTLS', (t) => open(t, 'starttls'));
  mailConformance('SMTP over TLS', (t) => open(t, 'implicit'));
}

const letter = (to: string) => ({ id: newId(), to, subject: 'hello', text: 'hello', html: null });

test('SMTP: 450 is deferred, 550 bounced, and a cut connection is thrown', async (t) => {
  const { mail } = await open(t);

  assert.equal((await mail.send(letter('defer@example.com'))).outcome, 'deferred');
  assert.equal((await mail.send(letter('bounce@example.com'))).outcome, 'bounced');
  await assert.rejects(mail.send(letter('drop@example.com')));
});

const seconds: SmtpTimes = { handOverMs: 1000, answerMs: 1000 };

/** Two connections behind `supervise`, as in the platform. */
async function openGuarded(t: TestContext, times: SmtpTimes, greets: { responseCode: number } | null = null) {
  const server = await startSmtpServer(t, 'none', null, greets);
  const { driver, close } = openSmtp(server.url, 'no-reply@example.com', { connections: 2, times });
  t.after(close);
  return { mail: supervise(driver, { ...defaultPolicy, concurrency: 2 }, []), received: server.received };
}

test('SMTP: mails that wait for a slow server do not time out, and arrive once', async (t) => {
  const { mail, received } = await openGuarded(t, { handOverMs: 250, answerMs: 250 });

  const results = await Promise.all(Array.from({ length: 8 }, () => mail.send(letter('slow@example.com'))));

  assert.deepEqual(results.map(({ outcome }) => outcome), Array(8).fill('sent')); // prettier-ignore
  assert.equal((await received('slow@example.com')).length, 8);
});

test('SMTP: a mail that the server does not accept in time is cancelled, and its connection is not used again', async (t) => {
  const { mail, received } = await openGuarded(t, { ...seconds, handOverMs: 250 });

  await assert.rejects(mail.send(letter('mute@example.com')), { name: 'MailFailed', mayHaveArrived: false });
  await mail.send(letter('sara@example.com'));

  assert.deepEqual([(await received('mute@example.com')).length, (await received('sara@example.com')).length], [0, 1]);
});

test('SMTP: a whole mail without an answer may have arrived', async (t) => {
  const { mail, received } = await openGuarded(t, { ...seconds, answerMs: 20 });

  await assert.rejects(mail.send(letter('slow@example.com')), { name: 'MailFailed', mayHaveArrived: true });

  assert.equal((await received('slow@example.com')).length, 1);
});

test('SMTP: a mail is cancelled if it is not yet sent, and this does not count as a failure of the server', async (t) => {
  const { mail, received } = await openGuarded(t, seconds);
  const [early, late] = [new AbortController(), new AbortController()];
  early.abort();

  const withdrawn = await mail.send(letter('sara@example.com'), early.signal);
  const sending = mail.send(letter('slow@example.com'), late.signal);
  while ((await received('slow@example.com')).length === 0) await nextTurn();
  late.abort();

  assert.deepEqual(withdrawn, { outcome: 'deferred', error: 'given up', isUnreached: true });
  assert.equal((await sending).outcome, 'sent');
  assert.equal((await received('sara@example.com')).length, 0);
});

test('SMTP: a server that is closing or refuses the connection has failed, and has not received the mail', async (t) => {
  const refusing = await openGuarded(t, seconds, { responseCode: 421 });
  const { mail } = await openGuarded(t, seconds);
  const failure = { name: 'MailFailed', mayHaveArrived: false };

  await assert.rejects(mail.send(letter('busy@example.com')), failure);
  for (let call = 0; call < defaultPolicy.breakAfter; call++)
    await assert.rejects(refusing.mail.send(letter('sara@example.com')), failure);

  await assert.rejects(refusing.mail.send(letter('sara@example.com')), isRefusedUnsent);
});

/** The outcome, and what is true of it. */
function kindOf(result: MailResult): string[] {
  return [result.outcome, ...Object.entries(result).flatMap(([name, value]) => (value === true ? [name] : []))];
}

test('SMTP: a refusal of our sender, our client or by the state of the server is ours, does not open the circuit, and health shows it', async (t) => {
  const server = await startSmtpServer(t);
  const { driver, close } = openSmtp(server.url, 'no-reply@example.com');
  t.after(close);
  const mail = supervise(driver, defaultPolicy, []);
  const ours = ['deferred', 'isUnreached', 'isOurs'];

  for (const status of [450, 501, 550, 552, 553]) {
    server.sender.status = status;
    assert.deepEqual(kindOf(await mail.send(letter('sara@example.com'))), ours, String(status));
    await assert.rejects(driver.probe(), new RegExp(String(status)));
  }
  server.sender.status = null;
  for (const to of ['relay@example.com', 'auth@example.com', 'from@example.com', 'system@example.com']) {
    assert.deepEqual(kindOf(await mail.send(letter(to))), ours, to);
    await assert.rejects(driver.probe(), (error: Error) => !error.message.includes(to));
  }

  assert.equal((await mail.send(letter('sara@example.com'))).outcome, 'sent');
  await driver.probe();
});

test('SMTP: every refusal of a whole mail is about that mail', async (t) => {
  const { mail, probe } = await open(t);
  const results: Record<string, unknown> = {};

  for (const to of ['late@example.com', 'shut@example.com', 'spam@example.com']) {
    results[to] = kindOf(await mail.send(letter(to)));
  }

  assert.deepEqual(results, {
    'late@example.com': ['deferred'],
    'shut@example.com': ['deferred'],
    'spam@example.com': ['bounced'],
  });
  await probe();
});

test('SMTP: a repetition carries the same Message-ID', async (t) => {
  const { mail, received } = await open(t);
  const mailed = letter('sara@example.com');

  await mail.send(mailed);
  await mail.send(mailed);

  const ids = (await received('sara@example.com')).map(({ messageId }) => messageId);
  assert.deepEqual(ids, Array(2).fill(`<${mailed.id}@example.com>`));
});

test('SMTP: health says whether the server answers', async (t) => {
  const { probe } = await open(t);
  const away = openSmtp('smtp://127.0.0.1:9', 'no-reply@example.com');
  t.after(away.close);

  await probe();
  await assert.rejects(away.driver.probe());
});

test('SMTP: STARTTLS is used when the server offers it, without any setting', options, async (t) => {
  const [offered, plain] = [await open(t, 'starttls'), await open(t)];

  await offered.mail.send(letter('sara@example.com'));
  await plain.mail.send(letter('sara@example.com'));

  const [[first], [second]] = [await offered.received('sara@example.com'), await plain.received('sara@example.com')];
  assert.deepEqual([first?.isEncrypted, second?.isEncrypted], [true, false]);
});

test('SMTP: an untrusted certificate is refused, and nothing is sent unencrypted', options, async (t) => {
  for (const encryption of ['starttls', 'implicit'] as const) {
    const { mail, probe, received } = await open(t, encryption, stranger);

    await assert.rejects(mail.send(letter('sara@example.com')), {
      message: /self-signed certificate/,
      mayHaveArrived: false,
    });
    await assert.rejects(probe());

    assert.equal((await received('sara@example.com')).length, 0);
  }
});

test('SMTP: requireTLS in the address refuses a server that offers no STARTTLS', options, async (t) => {
  const { mail, received } = await open(t, 'none', null, '?requireTLS=true');

  await assert.rejects(mail.send(letter('sara@example.com')));

  assert.equal((await received('sara@example.com')).length, 0);
});

test('SMTP: only a status about the address makes it dead, and a refusal by policy may pass elsewhere', async (t) => {
  const { mail } = await open(t);
  const results: Record<string, unknown> = {};

  for (const to of ['bounce@example.com', 'policy@example.com', 'barred@example.com', 'grey@example.com'])
    results[to] = kindOf(await mail.send(letter(to)));

  assert.deepEqual(results, {
    'bounce@example.com': ['bounced', 'isAddressDead'],
    'policy@example.com': ['bounced', 'mayPassElsewhere'],
    'barred@example.com': ['bounced'], // without a code of RFC 3463
    'grey@example.com': ['deferred', 'isUnreached'],
  });
});

test('SMTP: an address with letters outside ASCII is sent with SMTPUTF8, and refused where the server has none', async (t) => {
  const results = [];
  for (const offersUtf8 of [true, false]) {
    const server = await startSmtpServer(t, 'none', null, null, offersUtf8);
    const { driver, close } = openSmtp(server.url, 'no-reply@example.com');
    t.after(close);
    for (const to of ['سارا@example.com', 'sara@bücher.example', 'sara@example.com']) {
      const result = await driver.port.send(letter(to));
      const arrived = await server.received(to); // which shows domains in Unicode
      results.push([offersUtf8, to.split('@')[0], result.outcome, arrived.length]);
      if (result.outcome === 'bounced') assert.match(result.error, /SMTPUTF8/);
      if (result.outcome === 'bounced') assert.equal(result.isAddressDead, false);
    }
  }

  assert.deepEqual(results, [
    [true, 'سارا', 'sent', 1],
    [true, 'sara', 'sent', 1],
    [true, 'sara', 'sent', 1],
    [false, 'سارا', 'bounced', 0],
    [false, 'sara', 'sent', 1],
    [false, 'sara', 'sent', 1],
  ]);
});

test('SMTP: a recipient is one address: a text with two addresses reaches neither', async (t) => {
  const { mail, received } = await open(t);

  const { outcome } = await mail.send(letter('sara@example.com, reza@example.com'));

  assert.equal(outcome, 'bounced');
  assert.deepEqual([await received('sara@example.com'), await received('reza@example.com')], [[], []]);
});

test('SMTP: headers are sent, and a line break in one does not add another', async (t) => {
  const { mail, received } = await open(t);
  const headers = { 'List-Unsubscribe': '<https://example.com/u>\r\nX-Added: 1', 'List-Unsubscribe-Post': 'x' };

  await mail.send({ ...letter('sara@example.com'), headers });

  const [arrived] = await received('sara@example.com');
  const raw = arrived?.raw ?? '';
  assert.match(raw, /^List-Unsubscribe: <https:\/\/example\.com\/u>/m);
  assert.doesNotMatch(raw, /^X-Added/m);
});

test('SMTP: every mail says that a program wrote it, whatever other headers it has', async (t) => {
  const { mail, received } = await open(t);

  await mail.send(letter('plain@example.com'));
  await mail.send({ ...letter('other@example.com'), headers: { 'Auto-Submitted': 'no', 'List-Unsubscribe': '<x>' } });

  for (const to of ['plain@example.com', 'other@example.com']) {
    const raw = (await received(to))[0]?.raw ?? '';
    assert.deepEqual(raw.match(/^Auto-Submitted: .*$/gm), ['Auto-Submitted: auto-generated'], to);
    assert.match(raw, /^X-Auto-Response-Suppress: All$/m);
  }
});

test('SMTP: the logo is part of the mails that show it, and of no other; an address alone gets a name', async (t) => {
  const server = await startSmtpServer(t);
  const logo = { bytes: Buffer.from('image'), contentType: 'image/png', dataUrl: '' };
  const { driver, close } = openSmtp(server.url, 'no-reply@example.com', { logo, senderName: 'آفتاب' });
  t.after(close);

  await driver.port.send({ ...letter('with@example.com'), html: `<img src="cid:${LOGO_ID}">` });
  await driver.port.send({ ...letter('without@example.com'), html: '<p>hello</p>' });

  const [[shown], [plain]] = [await server.received('with@example.com'), await server.received('without@example.com')];
  assert.match(shown?.raw ?? '', new RegExp(`Content-Id: <${LOGO_ID}>\\r\\n`, 'i'));
  assert.match(shown?.raw ?? '', /Content-Type: multipart\/related/);
  assert.ok(shown?.raw.includes(logo.bytes.toString('base64')));
  assert.doesNotMatch(plain?.raw ?? '', /image\/png/);
  assert.match(plain?.raw ?? '', /^From: =\?UTF-8\?\S+\?= <no-reply@example\.com>/m);
});

test('SMTP: a DKIM signature is valid, and covers the one-click header', async (t) => {
  const server = await startSmtpServer(t);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const dkim = { domain: 'example.com', selector: 'one', privateKey: pem };
  const { driver, close } = openSmtp(server.url, 'no-reply@example.com', { dkim });
  t.after(close);

  await driver.port.send({
    ...letter('sara@example.com'),
    subject: 'سلام',
    headers: { 'List-Unsubscribe': '<https://example.com/u>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  });

  const [arrived] = await server.received('sara@example.com');
  const raw = arrived?.raw ?? '';
  const { dkim: verified } = await authenticate(raw, { resolver: publish(publicKey) });
  assert.equal(verified.results[0]?.status.result, 'pass', JSON.stringify(verified.results[0]?.status));
  assert.match(raw, /h=[^;]*List-Unsubscribe-Post/is);
});

/** Replaces DNS: returns the key at the name that the signature gives. */
function publish(publicKey: KeyObject) {
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return async (name: string, type: string): Promise<string[][]> => {
    if (name === 'one._domainkey.example.com' && type === 'TXT') return [[`v=DKIM1; k=rsa; p=${key}`]];
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
}
