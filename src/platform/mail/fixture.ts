import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on loopback: `defer…` is put off with 450, `bounce…` refused with 550, `drop…` cut off. */
export async function startSmtpServer(t: TestContext) {
  const arrived: { to: string; raw: string }[] = [];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, callback) {
      if (address.startsWith('drop')) for (const socket of sockets) socket.destroy();
      const status = address.startsWith('defer') ? 450 : address.startsWith('bounce') ? 550 : null;
      callback(status === null ? null : Object.assign(new Error(`refused ${address}`), { responseCode: status }));
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        for (const { address } of envelope.rcptTo) arrived.push({ to: address, raw: Buffer.concat(chunks).toString() });
        callback(null);
      });
    },
  });
  server.on('error', () => {}); // cut connections are what the tests are about
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** Oldest first. */
    received: (to: string) => Promise.all(arrived.filter((mail) => mail.to === to).map(async ({ raw }) => parse(raw))),
  };
}

async function parse(raw: string) {
  const { subject = '', text = '', html = '', messageId = '' } = await PostalMime.parse(raw);
  return { subject, text, html, messageId };
}
