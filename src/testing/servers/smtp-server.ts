import { spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { listenSmtp } from './listen.ts';

/** `starttls` offers STARTTLS, `implicit` uses TLS from the first byte. */
export type Encryption = 'none' | 'starttls' | 'implicit';

/** A self-signed certificate for 127.0.0.1; null if openssl is not installed. */
export function makeCertificate(): { key: string; cert: string } | null {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-'];
  const { status, stdout } = spawnSync('openssl', [...args, ...subject], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [key = '', cert = ''] = stdout.match(/-----BEGIN [^]+?-----END [^\n]+\n/g) ?? [];
  return { key, cert };
}

/** Refusals, by the beginning of the address, with typical texts of servers. */
const REFUSALS = {
  defer: [450, '4.2.0 try again later'],
  grey: [451, '4.7.1 greylisted, try again in five minutes'],
  barred: [550, 'relay not permitted'],
  bounce: [550, '5.1.1 no such user'],
  policy: [550, '5.7.1 not from here'],
  busy: [421, '4.7.0 too many connections'],
  relay: [454, '4.7.1 relay access denied'],
  auth: [530, '5.7.0 authentication required'],
  from: [550, '5.1.8 sender domain not found'],
  system: [451, '4.3.0 temporary lookup failure'],
} as const;

/** What the server says to a whole mail, by the beginning of the address. */
const REFUSED_MAILS = {
  late: [451, '4.3.0 queue file write error'],
  shut: [421, '4.3.2 shutting down'],
  spam: [554, '5.7.1 this looks like spam'],
} as const;

const SLOW_MS = 100;

/**
 * A real SMTP server on loopback. Recipients that begin as `REFUSALS` says are refused, mails as `REFUSED_MAILS` says; at
 * `drop…` the connection is cut, `mute…` gets no answer, and a mail for `slow…` is answered after 100 ms. With `greets` the server
 * refuses every connection, and while `sender` has a status every sender.
 */
export async function startSmtpServer(
  t: TestContext,
  encryption: Encryption = 'none',
  certificate: ReturnType<typeof makeCertificate> = null,
  greets: { responseCode: number } | null = null,
  offersUtf8 = true,
) {
  const arrived: { to: string; raw: string; isEncrypted: boolean }[] = [];
  const sockets = new Set<Socket>();
  const sender: { status: number | null } = { status: null };
  const server = new SMTPServer({
    authOptional: true,
    hideSMTPUTF8: !offersUtf8,
    disabledCommands: encryption === 'none' ? ['STARTTLS'] : [],
    secure: encryption === 'implicit',
    ...certificate,
    onConnect: (_session, callback) => callback(greets && Object.assign(new Error('4.3.2 not now'), greets)),
    onMailFrom({ address }, _session, callback) {
      const { status: responseCode } = sender;
      callback(responseCode === null ? null : Object.assign(new Error(`not from ${address}`), { responseCode }));
    },
    onRcptTo({ address }, _session, callback) {
      if (address.startsWith('mute')) return;
      if (address.startsWith('drop')) for (const socket of sockets) socket.destroy();
      const [, refusal] = Object.entries(REFUSALS).find(([start]) => address.startsWith(start)) ?? [];
      if (!refusal) return callback(null);
      const [responseCode, reason] = refusal;
      callback(Object.assign(new Error(`${reason}: ${address}`), { responseCode }));
    },
    onData(stream, { envelope, secure }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [to = { address: '' }] = envelope.rcptTo;
        const [, refusal] = Object.entries(REFUSED_MAILS).find(([start]) => to.address.startsWith(start)) ?? [];
        if (refusal) return callback(Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }));
        for (const { address } of envelope.rcptTo)
          arrived.push({ to: address, raw: Buffer.concat(chunks).toString(), isEncrypted: secure });
        if (envelope.rcptTo.some(({ address }) => address.startsWith('slow'))) setTimeout(callback, SLOW_MS);
        else callback(null);
      });
    },
  });
  const host = await listenSmtp(t, server, sockets);
  return {
    url: `${encryption === 'implicit' ? 'smtps' : 'smtp'}://${host}`,
    sender,
    /** Oldest first. */
    received: (to: string) =>
      Promise.all(
        arrived
          .filter((mail) => mail.to === to)
          .map(async ({ raw, isEncrypted }) => ({ ...(await parse(raw)), raw, isEncrypted })),
      ),
  };
}

async function parse(raw: string) {
  const { subject = '', text = '', html = '', messageId = '' } = await PostalMime.parse(raw);
  return { subject, text, html, messageId };
}
