import type { Pool } from '#platform/database/pool.ts';
import type { Driver } from '#platform/resilience/port.ts';
import type { MailPort } from './port.ts';

const KEPT = 1000; // the newest mails; too few to fill a disk

export interface CapturedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly receivedAt: string;
}

/** Keeps mail in the database instead of sending it, so that the first run needs no mail server. */
export function createCapturedMail(pool: Pool) {
  const driver: Driver<MailPort> = {
    name: 'mail',
    idempotent: ['send'],
    probe: async () => {},
    port: {
      async send({ id, to, subject, text, html }) {
        await pool.query(
          `with old as (delete from platform.captured_mail where received_at <
             (select received_at from platform.captured_mail order by received_at desc offset ${KEPT} limit 1))
           insert into platform.captured_mail (id, recipient, subject, text, html, received_at) values ($1, $2, $3, $4, $5, clock_timestamp())
           on conflict (id) do nothing`,
          [id, to, subject, text, html],
        );
        return { outcome: 'sent', messageId: id };
      },
    },
  };

  /** Newest first, at most 100; of one recipient, or of all when `to` is null. */
  async function list(to: string | null): Promise<CapturedMail[]> {
    const { rows } = await pool.query<CapturedMail>(
      `select id, recipient as to, subject, text, html, received_at from platform.captured_mail
       where $1::text is null or lower(recipient) = lower($1) order by received_at desc, id desc limit 100`,
      [to],
    );
    return rows;
  }

  async function clear(): Promise<void> {
    await pool.query('delete from platform.captured_mail');
  }

  return { driver, list, clear };
}

export type CapturedMailbox = Pick<ReturnType<typeof createCapturedMail>, 'list' | 'clear'>;
