import { createTransport } from 'nodemailer';
import type { Driver } from '#platform/resilience/supervise.ts';
import type { MailPort } from './port.ts';

const CONNECTIONS = 5; // more brought nothing against one server, none at all costs a factor of ten

/** Sends through one SMTP server, `smtp://` (with STARTTLS where offered) or `smtps://`, over pooled connections. */
export function openSmtp(url: string, from: string): { driver: Driver<MailPort>; close: () => void } {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: Infinity,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );

  const port: MailPort = {
    async send({ id, to, subject, text, html }) {
      try {
        const messageId = `<${id}@${from.replace(/^.*@|>.*$/g, '')}>`;
        await transport.sendMail({ to, subject, text, messageId, ...(html && { html }) });
        return { outcome: 'sent', messageId };
      } catch (error) {
        const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
        const reason = error instanceof Error ? error.message : String(error);
        if (status >= 500 && isAboutMail(error)) return { outcome: 'bounced', error: reason };
        if (status >= 400 && status < 500) return { outcome: 'deferred', error: reason };
        throw error;
      }
    },
  };
  const driver: Driver<MailPort> = {
    name: 'mail',
    port,
    idempotent: [], // an answer that was lost may have been a yes; the caller decides whether to repeat
    probe: async () => void (await transport.verify()),
  };
  return { driver, close: () => transport.close() };
}

/** Not about us: a missing STARTTLS, a wrong password or a barred client says nothing about the recipient. */
function isAboutMail(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('responseCode' in error)) return false;
  return ['EENVELOPE', 'EMESSAGE'].includes(String(error.code)) && error.responseCode !== 530; // 530: sign in first
}
