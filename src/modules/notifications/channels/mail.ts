import { MailFailed, type MailPort } from '#platform/mail/port.ts';
import { Outage, type MessageProvider, type ProviderChannel } from './port.ts';
import type { ProviderServices } from '../needs.ts';
import { refusesEmail, refusesOf } from './addresses.ts';
import type { ChannelProvider } from './failover.ts';

/** One provider for each mail server; the first is `SMTP_URL`. */
export function fromServices({ mails }: Pick<ProviderServices, 'mails'>): ChannelProvider[] {
  return mails.map(({ name, mail }) => ({
    channel: 'email',
    provider: createMailProvider(name === 'mail' ? 'smtp' : 'smtpFallback', mail),
    isSupervised: true,
  }));
}

/** Stores the messages of a channel in the mailbox for development, where nothing is sent. */
export function captureChannel(channel: ProviderChannel, mailbox: MailPort): ChannelProvider {
  return { channel, provider: createMailProvider('captured', mailbox, refusesOf[channel]), isSupervised: true };
}

/**
 * E-mail over a mail port: SMTP, or the captured mailbox. The Message-ID follows from the message's id, so that a mail
 * that was sent again after a crash can be recognised. With the `refuses` of another channel it captures that channel.
 */
export function createMailProvider(name: string, mail: MailPort, refuses = refusesEmail): MessageProvider {
  return {
    name,
    refuses,
    async send({ id, recipient, subject, text, html, headers }, signal) {
      try {
        const result = await mail.send({ id, to: recipient, subject, text, html, headers }, signal);
        if (result.outcome === 'sent') return result;
        if (result.outcome === 'deferred') return { ...result, retryAfterMs: null };
        const { error, isAddressDead: suppress, mayPassElsewhere = false } = result;
        return { outcome: 'bounced', error, suppress, mayPassElsewhere };
      } catch (error) {
        if (!(error instanceof MailFailed)) throw error; // an open circuit, which `failover.ts` handles
        throw new Outage(error.message, { mayHaveArrived: error.mayHaveArrived, cause: error });
      }
    },
  };
}
