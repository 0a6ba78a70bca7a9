import { Transform } from 'node:stream';
import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import type { Driver } from '#platform/resilience/port.ts';
import { MailFailed, type MailPort, type MailResult } from './port.ts';

/** At most, and so many mails at once: more brought nothing against one server, none at all costs a factor of ten. */
export const SMTP_CONNECTIONS = 5;
const GREETING_MS = 15_000; // for the connection and the first word: who says nothing for so long is away
const NET_MS = 5000; // what the guard around it allows beyond the driver's own times

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
  /** The guard must let no more mails in at once: those that wait for a connection here would use their time up. */
  readonly connections?: number;
  readonly times?: SmtpTimes;
}

export interface SmtpTimes {
  /** Until the server has the whole mail. Up to then it is withdrawn, and has certainly not arrived. */
  readonly handOverMs: number;
  /** For the word on the whole mail. Who gives up before the server does sends it twice. */
  readonly answerMs: number;
}

const usualTimes: SmtpTimes = { handOverMs: 60_000, answerMs: 600_000 }; // RFC 5321, 4.5.3.2.6: ten minutes

/** Sends through one SMTP server, `smtp://` (with STARTTLS where offered) or `smtps://`, over pooled connections. */
export function openSmtp(
  url: string,
  from: string,
  { name = 'mail', dkim = null, connections = SMTP_CONNECTIONS, times = usualTimes }: SmtpOptions = {},
): { driver: Driver<MailPort>; close: () => void } {
  const [sender = { name: '', address: from }] = addressparser(from, { flatten: true });
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: connections,
      maxMessages: Infinity,
      connectionTimeout: GREETING_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: times.handOverMs + times.answerMs, // the timer of each mail is stricter
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim && { dkim: toDkim(dkim) }),
    },
    { from: sender },
  );
  const timers = new WeakMap<AbortSignal, Timer>();
  transport.use('stream', ({ message, data: { signal } }, next) => {
    message.transform(inOnePiece);
    const open = message.createReadStream.bind(message);
    // It is read when the server has asked for it, and then at once: from here on the server may have it.
    message.createReadStream = (settings) =>
      open(settings).once('resume', () => signal && timers.get(signal)?.handedOver());
    next();
  });

  const port: MailPort = {
    async send({ id, to, subject, text, html, headers = {} }, unwanted) {
      const timer = startTimer(times, unwanted);
      timers.set(timer.signal, timer);
      try {
        const messageId = `<${id}@${sender.address.replace(/^.*@/, '')}>`;
        const recipient = { name: '', address: to }; // one, whatever commas it has
        const mail = { to: recipient, subject, text, messageId, headers, baseBoundary: id, ...(html && { html }) };
        await transport.sendMail({ ...mail, signal: timer.signal });
        return { outcome: 'sent', messageId };
      } catch (error) {
        return judge(error, timer, unwanted);
      } finally {
        timer.end();
      }
    },
  };
  const driver: Driver<MailPort> = {
    name,
    port,
    idempotent: [], // an answer that was lost may have been a yes; the caller decides whether to repeat
    allowedMs: { send: times.handOverMs + times.answerMs + NET_MS },
    probe: async () => void (await transport.verify()),
  };
  return { driver, close: () => transport.close() };
}

type Timer = ReturnType<typeof startTimer>;

/** Aborts while the mail can be withdrawn and is late or unwanted; what was handed over waits for its answer alone. */
function startTimer({ handOverMs, answerMs }: SmtpTimes, unwanted?: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timeout = setTimeout(abort, handOverMs);
  let isHandedOver = false;
  unwanted?.addEventListener('abort', abort);
  if (unwanted?.aborted) abort();

  function end(): void {
    clearTimeout(timeout);
    unwanted?.removeEventListener('abort', abort);
  }

  return {
    signal: controller.signal,
    end,
    isHandedOver: () => isHandedOver,
    handedOver(): void {
      end();
      isHandedOver = true;
      timeout = setTimeout(abort, answerMs);
    },
  };
}

/** @throws {MailFailed} for what says nothing about the mail */
function judge(error: unknown, { signal, isHandedOver }: Timer, unwanted?: AbortSignal): MailResult {
  if (unwanted?.aborted && !isHandedOver()) return { outcome: 'deferred', error: 'given up' }; // no fault of the server
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const reason = error instanceof Error ? error.message : String(error);
  if (isAboutMail(error, status)) {
    if (status < 500) return { outcome: 'deferred', error: reason };
    return { outcome: 'bounced', error: reason, isAddressDead: isAddressDead(error, status) };
  }
  const wasNeverTaken = !isHandedOver() || status >= 400; // a no is no yes
  throw new MailFailed(signal.aborted ? 'the server took too long' : reason, !wasNeverTaken, error);
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

/** 421: the server is closing; 454: it cannot sign us in, or encrypt, for now; 530: it wants us to sign in first. */
const ABOUT_US = new Set([421, 454, 530]);

/** Not about us: a missing STARTTLS, a wrong password or a barred client says nothing about the recipient. */
function isAboutMail(error: unknown, status: number): boolean {
  const { code } = error as { code?: unknown }; // as nodemailer names it
  return status >= 400 && ['EENVELOPE', 'EMESSAGE'].includes(String(code)) && !ABOUT_US.has(status);
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
