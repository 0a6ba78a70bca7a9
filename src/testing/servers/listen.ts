import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';

interface Ending {
  after(work: () => void): void;
}

/** Listens on a free port of this machine until the test ends; answers the URL. */
export async function listenHttp(t: Ending, server: Server): Promise<string> {
  const port = await listen(server);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${port}`;
}

/**
 * As `listenHttp`, for a mail server; answers host and port. `sockets` has its open connections, which are cut when the
 * test ends.
 */
export async function listenSmtp(t: Ending, server: SMTPServer, sockets = new Set<Socket>()): Promise<string> {
  server.on('error', () => {}); // connections are cut on purpose
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server.server);
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${port}`;
}

async function listen(server: TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // of a TCP server that listens
}
