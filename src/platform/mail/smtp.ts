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
const REFUSAL_SHOWN_MS = 5 * 60_000; // a probe sends no mail, so it cannot see that the server takes ours again

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
  /** The last refusal that is ours, until the server takes a mail. */
  let refusal: { error: Error; atMs: number } | null = null;
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
        if ([to, sender.address].some(needsUtf8) && !(await offersUtf8(transport.options, timer.signal))) {
          if (needsUtf8(sender.address))
            return showOurs({ outcome: 'deferred', error: NEEDS_UTF8, ...OURS }, NEEDS_UTF8);
          return { outcome: 'bounced', error: NEEDS_UTF8, isAddressDead: false, mayPassElsewhere: true };
        }
        const mail = { to: recipient, subject, text, messageId, baseBoundary: id };
        await transport.sendMail({
          ...mail,
          headers: { ...headers, ...AUTOMATIC },
          ...(html && { html, attachments: attachmentsOf(html, logo) }),
          signal: timer.signal,
        });
        refusal = null;
        return { outcome: 'sent', messageId };
      } catch (error) {
        return showOurs(toResult(error, timer, cancel), describe(error));
      } finally {
        timer.end();
      }
    },
  };

  /** Health has a text without the recipient. */
  function showOurs(result: MailResult, text: string): MailResult {
    if (result.outcome === 'deferred' && result.isOurs) refusal = { error: new Error(text), atMs: performance.now() };
    return result;
  }

  const driver: Driver<MailPort> = {
    name,
    port,
    idempotent: [], // after a lost answer the mail may have been accepted; the caller decides whether to repeat
    allowedMs: { send: times.handOverMs + times.answerMs + MARGIN_MS },
    async probe() {
      await transport.verify();
      if (refusal && performance.now() - refusal.atMs < REFUSAL_SHOWN_MS) throw refusal.error;
    },
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

/** @throws {MailFailed} for errors of the connection, which say nothing about the mail */
function toResult(error: unknown, { signal, isHandedOver }: Timer, cancel?: AbortSignal): MailResult {
  // Not the server's failure.
  if (cancel?.aborted && !isHandedOver()) return { outcome: 'deferred', error: 'given up', isUnreached: true };
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const reason = error instanceof Error ? error.message : String(error);
  if (!isHandedOver() && isAboutUs(error, status)) return { outcome: 'deferred', error: reason, ...OURS };
  if (!isHandedOver() && isPutOff(error)) return { outcome: 'deferred', error: reason, isUnreached: true };
  if (status >= 400 && (isHandedOver() || toRefusal(error).code === 'EENVELOPE')) {
    if (status < 500 || ABOUT_US.has(status)) return { outcome: 'deferred', error: reason };
    return {
      outcome: 'bounced',
      error: reason,
      isAddressDead: isAddressDead(error),
      mayPassElsewhere: !isHandedOver() && isPolicy(error),
    };
  }
  throw new MailFailed(signal.aborted ? 'the server took too long' : reason, isHandedOver(), error);
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

const OURS = { isUnreached: true, isOurs: true };

/** 421: the server is closing; 454: it cannot authenticate or encrypt now; 530: it requires authentication. */
const ABOUT_US = new Set([421, 454, 530]);

/** RFC 3463; servers often check the sender only at RCPT TO. */
const ABOUT_SENDER_OR_SYSTEM = /^[45]\.1\.[78]$|^4\.3\./;

/**
 * Whether the server refused our sender or client, or is itself out of order, before it had the mail.
 * This may concern one recipient, so it is not thrown: it must not open the circuit for the others.
 */
function isAboutUs(error: unknown, status: number): boolean {
  const { code, command, enhanced } = toRefusal(error);
  return (
    code === 'EENVELOPE' && (command === 'MAIL FROM' || ABOUT_US.has(status) || ABOUT_SENDER_OR_SYSTEM.test(enhanced))
  );
}

/** Greylisting and limits by policy (4.7.x) before the server had the mail: they often outlast all attempts. */
function isPutOff(error: unknown): boolean {
  const { code, enhanced } = toRefusal(error);
  return code === 'EENVELOPE' && enhanced.startsWith('4.7.');
}

/** The server may refuse our address or name, and the next one may pass. */
function isPolicy(error: unknown): boolean {
  return toRefusal(error).enhanced.startsWith('5.7.');
}

/**
 * By the enhanced status (RFC 3463): 5.1.x is about addresses, 5.2.1 is a disabled mailbox. Without one the server may
 * as well refuse us, and every address would be suppressed.
 */
function isAddressDead(error: unknown): boolean {
  return /^5\.1\.[1-6]$|^5\.1\.10$|^5\.2\.1$/.test(toRefusal(error).enhanced);
}

/** A refusal as nodemailer describes it; other errors have none of these. */
function toRefusal(error: unknown) {
  const { code = '', command = '', response = '' } = error as Partial<Record<'code' | 'command' | 'response', unknown>>;
  const enhanced = /^\d{3}[ -]([45]\.\d{1,3}\.\d{1,3})\b/.exec(String(response))?.[1] ?? '';
  return { code: String(code), command: String(command), response: String(response), enhanced };
}

/** Without the rest of the answer, which may contain the recipient. */
function describe(error: unknown): string {
  const { command, response, enhanced } = toRefusal(error);
  return `${command} was answered ${response.slice(0, 3)} ${enhanced}`.trim();
}

function toDkim({ domain: domainName, selector: keySelector, privateKey }: Dkim) {
  return { domainName, keySelector, privateKey, headerFieldNames: SIGNED_HEADERS };
}
