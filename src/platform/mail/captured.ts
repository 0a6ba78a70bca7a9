import { parseEmail } from '#kernel/forms/email-address.ts';
import { parsePhone } from '#kernel/forms/phone.ts';
import { LOGO_ID, type Logo } from '#platform/branding/port.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Keys, SealedColumn } from '#platform/keys/port.ts';
import type { Driver } from '#platform/resilience/port.ts';
import type { MailPort } from './port.ts';

const KEPT = 1000; // the newest mails; too few to fill a disk
const DELETED_AT_ONCE = 100; // by one mail, which must not wait for the deletion of very many
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

interface CapturedRow extends Pick<CapturedMail, 'id' | 'receivedAt'> {
  readonly sealed: Buffer;
}

const COLUMNS = 'id, sealed, received_at';
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
          `with old as (delete from platform.captured_mail where id = any(array(
             select id from platform.captured_mail where received_at <
               (select received_at from platform.captured_mail order by received_at desc offset ${KEPT} limit 1)
             order by received_at limit ${DELETED_AT_ONCE})))
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
    const { rows } = await pool.query<CapturedRow>(
      `select ${COLUMNS} from platform.captured_mail order by received_at desc, id desc limit ${KEPT}`,
    );
    const form = to === null ? null : toForm(to);
    const listed: CapturedMail[] = [];
    for (const row of rows) {
      const mail = toMail(row);
      if (form === null || toForm(mail.to) === form) listed.push(withLogo(mail));
      if (listed.length === LISTED) break;
    }
    return listed;
  }

  /** Also a mail that is too old for the list of all. */
  async function find(id: string): Promise<CapturedMail | undefined> {
    const { rows } = await pool.query<CapturedRow>(`select ${COLUMNS} from platform.captured_mail where id = $1`, [id]);
    return rows.map(toMail).map(withLogo)[0];
  }

  function toMail({ id, sealed, receivedAt }: CapturedRow): CapturedMail {
    return { id, ...open(id, sealed), receivedAt };
  }

  /** In the place where the layout has it; a text may name it as often as it likes. */
  function withLogo(mail: CapturedMail): CapturedMail {
    if (!logo || mail.html === null) return mail;
    return { ...mail, html: mail.html.replace(`src="cid:${LOGO_ID}"`, () => `src="${logo.dataUrl}"`) };
  }

  /** One mail that cannot be opened must not hide the others. */
  function open(id: string, sealed: Buffer): Omit<CapturedMail, 'id' | 'receivedAt'> {
    try {
      return { ...JSON.parse(keys.open(capturedMails, id, sealed).toString()), isReadable: true };
    } catch {
      return UNREADABLE;
    }
  }

  return { driver, list, find, clear: () => clearCapturedMail(pool) };
}

/** Every spelling of an address; other channels are captured here too. */
function toForm(address: string): string {
  return parseEmail(address) ?? parsePhone(address) ?? address.trim().toLowerCase();
}

/** Deletes all mails. In production too, at every start: there is no mailbox, and nothing of one is left. */
export async function clearCapturedMail(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query('delete from platform.captured_mail');
}

export type CapturedMailbox = Pick<ReturnType<typeof createCapturedMail>, 'list' | 'find' | 'clear'> & {
  /** What opens the mailbox over HTTP. */
  key(): Promise<string>;
};
