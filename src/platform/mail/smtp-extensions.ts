import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** What an address with other characters than ASCII before its `@` needs of the server (RFC 6531). */
export const NEEDS_UTF8 =
  'the mail server does not offer SMTPUTF8, which an address with letters outside ASCII before the @ needs';

/** Whether the address can only be sent with SMTPUTF8. A domain alone has an ASCII form. */
export function needsUtf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

/**
 * Asks the server, over a connection of its own: such addresses are rare, and the pool does not say what its servers
 * offer. Without the extension, nodemailer sends the address as it is, against the standard.
 */
export function offersUtf8(options: SMTPConnection.Options, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const connection = new SMTPConnection(options);
  connection.once('error', reject);
  connection.once('end', () => reject(new Error('the mail server closed the connection')));
  signal.addEventListener('abort', () => reject(new Error('the server took too long')));
  connection.connect((error) => {
    if (error) return reject(error);
    const { _supportedExtensions: offered } = connection as unknown as { _supportedExtensions: string[] }; // has no getter
    resolve(offered.includes('SMTPUTF8'));
  });
  return promise.finally(() => connection.close());
}
