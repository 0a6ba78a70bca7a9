import { Transform } from 'node:stream';
import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { LOGO_ID, type Logo } from '#platform/branding/port.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { NEEDS_UTF8, needsUtf8, offersUtf8 } from './smtp-extensions.ts';
import { MailFailed, type MailPort, type MailResult } from './port.ts';

/** Maximum of connections and of mails at once. Measured: more did not help; without reuse it is ten times slower. */
export const SMTP_CONNECTIONS = 5;
// For the connection and the greeting; a server that is silent for longer counts as unreachable.
const GREETING_MS = 15_000;
const MARGIN_MS = 5000; // the guard's timeout is longer than the driver's by this

// The headers that the signature covers; RFC 8058 requires the one-click header.
const SIGNED_HEADERS = [
  'From:Reply-To:To:Cc:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding',
  'In-Reply-To:References:List-Id:List-Unsubscribe:List-Unsubscribe-Post',
].join(':');

/** No person wrote the mail (RFC 3834), so no program answers it; Exchange looks at a header of its own. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** Signs each mail for a domain; the public key is in DNS at `SELECTOR._domainkey.DOMAIN`. */
export interface Dkim {
  readonly domain: string;
  readonly selector: string;
  /** RSA, PEM. With another type nodemailer would silently send unsigned mails. */
  readonly privateKey: string;
}

export interface SmtpOptions {
  /** Also the name of the health component. Default: `mail`. */
  readonly name?: string;
  readonly dkim?: Dkim | null;
  /** For a sender that is an address alone. */
  readonly senderName?: string;
  /** Attached to each mail whose HTML shows it. */
  readonly logo?: Logo | null;
  /** The guard must allow no more mails at once: the time of a mail runs while it waits for a connection here. */
  readonly connections?: number;
  readonly times?: SmtpTimes;
}

export interface SmtpTimes {
  /**
   * Until the server has the whole mail. Before that, sending can be cancelled, and the mail has certainly not arrived.
   */
  readonly handOverMs: number;
  /**
   * For the server's answer to the whole mail. A client that gives up earlier than the server may send the mail twice.
   */
  readonly answerMs: number;
}

const usualTimes: SmtpTimes = { handOverMs: 60_000, answerMs: 600_000 }; // RFC 5321, 4.5.3.2.6: ten minutes

/** Sends through one SMTP server, `smtp://` (with STARTTLS if offered) or `smtps://`, over pooled connections. */
export function openSmtp(
  url: string,
  from: string,
  options: SmtpOptions = {},
): { driver: Driver<MailPort>; close: () => void } {
  const { name = 'mail', dkim = null, connections = SMTP_CONNECTIONS, times = usualTimes } = options;
  const { senderName = '', logo = null } = options;
  const [written = { name: '', address: from }] = addressparser(from, { flatten: true });
  const sender = { ...written, name: written.name || senderName };
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
    // The stream is read, all at once, when the server has accepted DATA: from then on the server may have the mail.
    message.createReadStream = (settings) =>
      open(settings).once('resume', () => signal && timers.get(signal)?.handedOver());
    next();
  });

  const port: MailPort = {
    async send({ id, to, subject, text, html, headers = {} }, cancel) {
      const timer = startTimer(times, cancel);
      timers.set(timer.signal, timer);
      try {
        const messageId = `<${id}@${sender.address.replace(/^.*@/, '')}>`;
        const recipient = { name: '', address: to }; // one recipient, even if the text contains commas
        if ([to, sender.address].some(needsUtf8) && !(await offersUtf8(transport.options, timer.signal)))
          return { outcome: 'bounced', error: NEEDS_UTF8, isAddressDead: false, mayPassElsewhere: true };
        const mail = { to: recipient, subject, text, messageId, baseBoundary: id };
        await transport.sendMail({
          ...mail,
          headers: { ...headers, ...AUTOMATIC },
          ...(html && { html, attachments: attachmentsOf(html, logo) }),
          signal: timer.signal,
        });
        return { outcome: 'sent', messageId };
      } catch (error) {
        return toResult(error, timer, cancel);
      } finally {
        timer.end();
      }
    },
  };
  const driver: Driver<MailPort> = {
    name,
    port,
    idempotent: [], // after a lost answer the mail may have been accepted; the caller decides whether to repeat
    allowedMs: { send: times.handOverMs + times.answerMs + MARGIN_MS },
    probe: async () => void (await transport.verify()),
  };
  return { driver, close: () => transport.close() };
}

function attachmentsOf(html: string, logo: Logo | null) {
  if (!logo || !html.includes(`cid:${LOGO_ID}`)) return [];
  const { bytes: content, contentType } = logo;
  const filename = `logo.${contentType.replace('image/', '')}`;
  return [{ cid: LOGO_ID, filename, content, contentType, contentDisposition: 'inline' as const }];
}

type Timer = ReturnType<typeof startTimer>;

/** Aborts a mail that is late or cancelled before the server has it; afterwards only a late answer aborts. */
function startTimer({ handOverMs, answerMs }: SmtpTimes, cancel?: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timeout = setTimeout(abort, handOverMs);
  let isHandedOver = false;
  cancel?.addEventListener('abort', abort);
  if (cancel?.aborted) abort();

  function end(): void {
    clearTimeout(timeout);
    cancel?.removeEventListener('abort', abort);
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

/** @throws {MailFailed} for errors that say nothing about the mail */
function toResult(error: unknown, { signal, isHandedOver }: Timer, cancel?: AbortSignal): MailResult {
  // Not the server's failure.
  if (cancel?.aborted && !isHandedOver()) return { outcome: 'deferred', error: 'given up', isUnreached: true };
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const reason = error instanceof Error ? error.message : String(error);
  if (isAboutMail(error, status)) {
    if (status < 500) return { outcome: 'deferred', error: reason };
    return { outcome: 'bounced', error: reason, isAddressDead: isAddressDead(error, status) };
  }
  const isRefused = !isHandedOver() || status >= 400;
  throw new MailFailed(signal.aborted ? 'the server took too long' : reason, !isRefused, error);
}

/** Sends a mail in one packet instead of line by line: mails are small, and each packet costs both sides. */
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

/** 421: the server is closing; 454: it cannot authenticate or encrypt now; 530: it requires authentication. */
const ABOUT_US = new Set([421, 454, 530]);

/** Whether the error is about the mail. A missing STARTTLS, a wrong password or a refused client is not. */
function isAboutMail(error: unknown, status: number): boolean {
  const { code } = error as { code?: unknown }; // as nodemailer names it
  return status >= 400 && ['EENVELOPE', 'EMESSAGE'].includes(String(code)) && !ABOUT_US.has(status);
}

/** By the enhanced status (RFC 3463) if there is one: 5.1.x is about addresses, 5.2.1 is a disabled mailbox. */
function isAddressDead(error: unknown, status: number): boolean {
  const { response = '', command = '' } = error as { response?: unknown; command?: unknown }; // as `isAboutMail` saw
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(String(response))?.[1];
  if (enhanced !== undefined) return /^5\.1\.[1-6]$|^5\.1\.10$|^5\.2\.1$/.test(enhanced);
  return command === 'RCPT TO' && [550, 551, 553].includes(status);
}

function toDkim({ domain: domainName, selector: keySelector, privateKey }: Dkim) {
  return { domainName, keySelector, privateKey, headerFieldNames: SIGNED_HEADERS };
}
