import { parseEmail } from '#kernel/forms/email-address.ts';
import { parsePhone } from '#kernel/forms/phone.ts';
import { LOGO_ID, type Logo } from '#platform/branding/port.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Keys, SealedColumn } from '#platform/keys/port.ts';
import type { Driver } from '#platform/resilience/port.ts';
import type { MailPort } from './port.ts';

const KEPT = 1000; // the newest mails; too few to fill a disk
const LISTED = 100;
export const capturedMails: SealedColumn = {
  table: 'platform.captured_mail',
  key: { id: 'text' },
  column: 'sealed',
  purpose: 'platform.captured_mail',
};

export interface CapturedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly receivedAt: string;
  /** False: it was sealed under another application secret, or was changed; then it has no address and no text. */
  readonly isReadable: boolean;
}

const UNREADABLE = { to: '', subject: '', text: '', html: null, isReadable: false };

/**
 * Keeps mail in the database instead of sending it, sealed, so that the first run needs no mail server. It is listed
 * with its logo, which the mail would carry.
 */
export function createCapturedMail(
  pool: Pick<Pool, 'query'>,
  keys: Pick<Keys, 'seal' | 'open'>,
  logo: Logo | null = null,
) {
  const driver: Driver<MailPort> = {
    name: 'mail',
    idempotent: ['send'],
    probe: async () => {},
    port: {
      async send({ id, to, subject, text, html }) {
        await pool.query(
          `with old as (delete from platform.captured_mail where received_at <
             (select received_at from platform.captured_mail order by received_at desc offset ${KEPT} limit 1))
           insert into platform.captured_mail (id, sealed, received_at) values ($1, $2, clock_timestamp())
           on conflict (id) do nothing`,
          [id, keys.seal(capturedMails, id, JSON.stringify({ to, subject, text, html }))],
        );
        return { outcome: 'sent', messageId: id };
      },
    },
  };

  /** Newest first, at most 100; of one recipient, or of all when `to` is null. */
  async function list(to: string | null): Promise<CapturedMail[]> {
    const { rows } = await pool.query<{ id: string; sealed: Buffer; receivedAt: string }>(
      'select id, sealed, received_at from platform.captured_mail order by received_at desc, id desc',
    );
    const mails = rows.map(({ id, sealed, receivedAt }) => ({ id, ...open(id, sealed), receivedAt }));
    const wanted = mails.filter((mail) => to === null || toForm(mail.to) === toForm(to));
    return wanted.slice(0, LISTED).map((mail) => ({ ...mail, html: withLogo(mail.html) }));
  }

  function withLogo(html: string | null): string | null {
    return logo && html ? html.replaceAll(`cid:${LOGO_ID}`, logo.dataUrl) : html;
  }

  /** One mail that cannot be opened must not hide the others. */
  function open(id: string, sealed: Buffer): Omit<CapturedMail, 'id' | 'receivedAt'> {
    try {
      return { ...JSON.parse(keys.open(capturedMails, id, sealed).toString()), isReadable: true };
    } catch {
      return UNREADABLE;
    }
  }

  return { driver, list, clear: () => clearCapturedMail(pool) };
}

/** Every spelling of an address; other channels are captured here too. */
function toForm(address: string): string {
  return parseEmail(address) ?? parsePhone(address) ?? address.trim().toLowerCase();
}

/** Deletes all mails. In production too, at every start: there is no mailbox, and nothing of one is left. */
export async function clearCapturedMail(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query('delete from platform.captured_mail');
}

export type CapturedMailbox = Pick<ReturnType<typeof createCapturedMail>, 'list' | 'clear'> & {
  /** What opens the mailbox over HTTP. */
  key(): Promise<string>;
};
