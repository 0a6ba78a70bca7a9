import { Transform } from 'node:stream';
import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import type { Driver } from '#platform/resilience/port.ts';
import { MailFailed, type MailPort } from './port.ts';

const CONNECTIONS = 5; // more brought nothing against one server, none at all costs a factor of ten

// Those that a signature covers beside nodemailer's own; RFC 8058 demands the one-click header.
const SIGNED_HEADERS = [
  'From:Reply-To:To:Cc:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding',
  'In-Reply-To:References:List-Id:List-Unsubscribe:List-Unsubscribe-Post',
].join(':');

/** Signs each mail in the name of a domain; the public key is in DNS at `SELECTOR._domainkey.DOMAIN`. */
export interface Dkim {
  readonly domain: string;
  readonly selector: string;
  /** PEM, RSA: with another kind nodemailer would leave mails unsigned without a word. */
  readonly privateKey: string;
}

export interface SmtpOptions {
  /** Also the component of health. Default: `mail`. */
  readonly name?: string;
  readonly dkim?: Dkim | null;
}

/** Sends through one SMTP server, `smtp://` (with STARTTLS where offered) or `smtps://`, over pooled connections. */
export function openSmtp(
  url: string,
  from: string,
  { name = 'mail', dkim = null }: SmtpOptions = {},
): { driver: Driver<MailPort>; close: () => void } {
  const [sender = { name: '', address: from }] = addressparser(from, { flatten: true });
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: Infinity,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim && { dkim: toDkim(dkim) }),
    },
    { from: sender },
  );
  transport.use('stream', ({ message }, next) => {
    message.transform(inOnePiece);
    next();
  });

  const port: MailPort = {
    async send({ id, to, subject, text, html, headers = {} }) {
      try {
        const messageId = `<${id}@${sender.address.replace(/^.*@/, '')}>`;
        const recipient = { name: '', address: to }; // one, whatever commas it has
        const mail = { to: recipient, subject, text, messageId, headers, baseBoundary: id, ...(html && { html }) };
        await transport.sendMail(mail);
        return { outcome: 'sent', messageId };
      } catch (error) {
        const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
        const reason = error instanceof Error ? error.message : String(error);
        if (status >= 500 && isAboutMail(error))
          return { outcome: 'bounced', error: reason, isAddressDead: isAddressDead(error, status) };
        if (status >= 400 && status < 500) return { outcome: 'deferred', error: reason };
        throw new MailFailed(reason, !wasNeverTaken(error, status), error);
      }
    },
  };
  const driver: Driver<MailPort> = {
    name,
    port,
    idempotent: [], // an answer that was lost may have been a yes; the caller decides whether to repeat
    probe: async () => void (await transport.verify()),
  };
  return { driver, close: () => transport.close() };
}

/** A mail leaves in one packet, not line by line: it is small, and each packet wakes both sides up. */
function inOnePiece(): Transform {
  const pieces: Buffer[] = [];
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
    flush(done) {
      done(null, Buffer.concat(pieces));
    },
  });
}

/** Not about us: a missing STARTTLS, a wrong password or a barred client says nothing about the recipient. */
function isAboutMail(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('responseCode' in error)) return false;
  return ['EENVELOPE', 'EMESSAGE'].includes(String(error.code)) && error.responseCode !== 530; // 530: sign in first
}

/** No connection came about, or the server said no to us: it cannot have taken a mail. */
function wasNeverTaken(error: unknown, status: number): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }; // of Node, or as nodemailer renames it
  return status >= 500 || syscall === 'connect' || ['EDNS', 'ECONNREFUSED', 'EAUTH', 'ETLS'].includes(String(code));
}

/** By the enhanced status (RFC 3463) where there is one: 5.1.x is about addresses, 5.2.1 a mailbox that was closed. */
function isAddressDead(error: unknown, status: number): boolean {
  const { response = '', command = '' } = error as { response?: unknown; command?: unknown }; // as `isAboutMail` saw
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(String(response))?.[1];
  if (enhanced !== undefined) return /^5\.1\.[1-6]$|^5\.1\.10$|^5\.2\.1$/.test(enhanced);
  return command === 'RCPT TO' && [550, 551, 553].includes(status);
}

function toDkim({ domain: domainName, selector: keySelector, privateKey }: Dkim) {
  return { domainName, keySelector, privateKey, headerFieldNames: SIGNED_HEADERS };
}
