import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A proxy to ClickHouse that can be cut, hang, and lose the answer to a statement that was carried out. */
export async function openClickHouseProxy(t: TestContext, url: string) {
  const { hostname, port, pathname } = new URL(url);
  let mode: 'pass' | 'cut' | 'hang' | 'lose' = 'pass';
  let hanging = 0;
  const server = createServer((request, response) => {
    if (mode === 'cut') return void request.socket.destroy();
    if (mode === 'hang') {
      hanging += 1;
      return void response.on('close', () => (hanging -= 1));
    }
    const { method, url: path, headers } = request;
    const isInsert = /[?&]query=insert/i.test(path ?? '');
    const onward = send({ hostname, port, method, path, headers }, (answer) => {
      if (mode === 'lose' && isInsert) return void answer.resume().on('end', () => request.socket.destroy());
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    cut() {
      mode = 'cut';
      server.closeAllConnections();
    },
    /** From now on it takes requests, and answers none. */
    hang() {
      mode = 'hang';
    },
    /** Requests that have no answer now. */
    hanging: () => hanging,
    /** From now on inserts are carried out, and look as if the server had died in them. */
    loseAnswers() {
      mode = 'lose';
    },
    mend() {
      mode = 'pass';
    },
  };
}
