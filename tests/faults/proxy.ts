import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import pg from 'pg';

/** A TCP proxy in front of a shared server: it can cut the connections, or silently drop all data. */
export async function openProxy(t: TestContext, to: NetConnectOpts) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSwallowing = false;
  let target = to;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, into] of [pair, [far, near] as const]) {
      from.on('data', (chunk) => {
        if (!isSwallowing) into.write(chunk);
      });
      from.on('end', () => {
        if (!isSwallowing) into.end();
      });
      from.on('error', () => {}); // 'close' follows
      from.on('close', () => {
        pairs.delete(pair);
        if (!isSwallowing) into.destroy();
      });
    }
  });

  const drop = () => pairs.forEach((pair) => pair.forEach((socket) => socket.destroy()));
  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    drop();
    await closed;
  }
  const port = await listen(0);
  t.after(cut);

  return {
    port,
    /** Ends all connections and refuses new ones, until `restore`. */
    cut,
    async restore(): Promise<void> {
      await listen(port);
    },
    /** Ends all connections; new ones lead to another server. */
    move(elsewhere: NetConnectOpts): void {
      target = elsewhere;
      drop();
    },
    /** Drops all data without closing connections. New connections are silent, too. */
    swallow: () => void (isSwallowing = true),
    /** New connections work again. Old connections stay silent, because they have lost data. */
    heal(): void {
      isSwallowing = false;
      for (const pair of pairs) for (const socket of pair) socket.removeAllListeners('data').removeAllListeners('end');
    },
  };
}

/** Where PostgreSQL listens, and the address of the same database through a proxy. */
export function toPostgres(url: string) {
  const { host, port, user, database, password } = new pg.Client({ connectionString: url });
  const target: NetConnectOpts = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const account = [user, password].filter((part) => part).map((part) => encodeURIComponent(String(part)));
  const through = (proxyPort: number) => `postgres://${account.join(':')}@127.0.0.1:${proxyPort}/${database}`;
  return { target, through };
}
