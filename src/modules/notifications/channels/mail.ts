import { MailFailed, type MailPort } from '#platform/mail/port.ts';
import { Outage, type Provider } from './port.ts';
import { refusesEmail } from './addresses.ts';

/**
 * E-mail over a mail port: SMTP, or the captured mailbox. The Message-ID follows from the message's id, so that a mail
 * that was sent again after a crash can be recognised. With `refuses` of another channel it captures that channel.
 */
export function createMailProvider(name: string, mail: MailPort, refuses = refusesEmail): Provider {
  return {
    name,
    refuses,
    async send({ id, recipient, subject, text, html, headers }, signal) {
      try {
        const result = await mail.send({ id, to: recipient, subject, text, html, headers }, signal);
        if (result.outcome === 'sent') return result;
        if (result.outcome === 'deferred') return { ...result, retryAfterMs: null };
        return { outcome: 'bounced', error: result.error, suppress: result.isAddressDead };
      } catch (error) {
        if (!(error instanceof MailFailed)) throw error; // of the guard, which `channels.ts` knows
        throw new Outage(error.message, { mayHaveArrived: error.mayHaveArrived, cause: error });
      }
    },
  };
}
