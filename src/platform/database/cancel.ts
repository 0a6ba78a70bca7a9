import type { Duplex } from 'node:stream';
import pg from 'pg';

const CANCEL_TIMEOUT_MS = 2000;

/** What the driver's client and connection have, and their types do not. */
interface CancellableClient {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly processID: number;
  readonly secretKey: number;
}
type CancelConnection = pg.Connection & {
  readonly stream: Duplex;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
};

/**
 * Asks the server, or the pooler before it, to cancel the statement that `client` has under way, by a connection of its
 * own as the protocol demands. Resolves when the server has done so or does not answer: only then may the client run
 * another statement, which would be cancelled in place of this one. Never rejects: the statement has a time-out too.
 */
export function cancelStatement(client: pg.ClientBase): Promise<void> {
  const { host, port, ssl, processID, secretKey } = client as unknown as CancellableClient;
  const connection = new pg.Connection({ ssl }) as CancelConnection;
  const { promise, resolve } = Promise.withResolvers<void>();
  const send = () => connection.cancel(processID, secretKey);
  connection.on('connect', () => (ssl ? connection.requestSsl() : send()));
  connection.on('sslconnect', send);
  connection.on('error', () => connection.stream.destroy());
  connection.on('end', resolve); // the server closes the connection once it has signalled
  const timer = setTimeout(() => connection.stream.destroy(), CANCEL_TIMEOUT_MS);
  if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
  return promise.finally(() => clearTimeout(timer));
}
