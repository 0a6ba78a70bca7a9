import type { MailPort } from '#platform/mail/port.ts';
import type { Channels } from './providers/port.ts';

const EMAIL = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

/** E-mail alone, over the mail server or the captured mailbox. */
export function createMailChannels(mail: MailPort): Channels {
  return {
    enabled: ['email'],
    refuses: (_, recipient) => (recipient.length <= 254 && EMAIL.test(recipient) ? null : 'is no e-mail address'),
    async send({ id, recipient, subject, text, html }) {
      const result = await mail.send({ id, to: recipient, subject, text, html });
      const provider = 'mail';
      if (result.outcome === 'sent') return { ...result, provider };
      const { error } = result;
      return result.outcome === 'bounced'
        ? { outcome: 'bounced', error, suppress: false, provider }
        : { outcome: 'deferred', error, retryAfterMs: null, provider };
    },
  };
}
