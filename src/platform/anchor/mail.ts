import type { MailPort } from '#platform/mail/port.ts';
import type { Anchor } from './port.ts';

/** Mails each note to an address. Notes cannot be read back. The mail port is already supervised. */
export function createMailAnchor(mail: MailPort, to: string): Anchor {
  return {
    async put({ size, note }) {
      const id = `audit-checkpoint-${size}`;
      const result = await mail.send({ id, to, subject: `Audit checkpoint ${size}`, text: note, html: null });
      if (result.outcome !== 'sent') throw new Error(`the mail with the checkpoint was ${result.outcome}`);
    },
    read: async () => null,
  };
}
