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
 * own as the protocol demands. Resolves to true when the server has done so: before that, another statement of the client
 * would be cancelled in place of this one. False if that is not known; then the client must not be used again. Never
 * rejects: the statement has a time-out too.
 */
export function cancelStatement(client: pg.ClientBase): Promise<boolean> {
  const { host, port, ssl, processID, secretKey } = client as unknown as CancellableClient;
  const connection = new pg.Connection({ ssl }) as CancelConnection;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const abandon = () => {
    connection.stream.destroy();
    resolve(false); // what was sent may still arrive
  };
  const send = () => connection.cancel(processID, secretKey);
  connection.on('connect', () => (ssl ? connection.requestSsl() : send()));
  connection.on('sslconnect', send);
  connection.on('error', abandon);
  connection.on('end', () => resolve(true)); // the server closes the connection once it has signalled
  const timer = setTimeout(abandon, CANCEL_TIMEOUT_MS);
  if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
  return promise.finally(() => clearTimeout(timer));
}
