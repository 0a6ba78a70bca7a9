import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import {
  createServer as createSocketServer,
  type AddressInfo,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { test, type TestContext } from 'node:test';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from '#testing/servers/smtp-server.ts';
import { anywhere, isPublic, toAllowance } from './addresses.ts';
import { OutboundFailed, OutboundRefused } from './port.ts';
import { defaultLimits, openOutbound, type OutboundNeeds } from './undici.ts';

function open(t: TestContext, needs: Partial<OutboundNeeds> = {}) {
  const { outbound, close } = openOutbound({ allow: toAllowance([]), ...needs });
  t.after(close);
  return outbound;
}

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A resolver that gives each of these answers once, then the last one forever. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _, done) => {
    asked.push(hostname);
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    done(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

test('internal addresses are distinguished from public ones, in every notation', () => {
  const internal = [
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    '100::1',
    '4000::1',
    'no address',
  ];
  const published = ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001:80b::200e'];

  assert.deepEqual(internal.filter(isPublic), []);
  assert.deepEqual(
    published.filter((address) => !isPublic(address)),
    [],
  );
});

test('an address is refused by its text: scheme, credentials, and every notation of an internal host', async (t) => {
  const outbound = open(t);
  const refused = [
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'no address',
    '',
    'https://',
    'https://user@example.com/',
    'https://:secret@example.com/',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::]/',
    'http://0/',
    'http://１２７.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::]/',
    'http://[::127.0.0.1]/',
  ];

  assert.deepEqual(
    refused.filter((url) => outbound.refuses(url) === null),
    [],
  );
  for (const url of refused) await assert.rejects(outbound.send({ method: 'GET', url }), OutboundRefused, url);
  assert.equal(outbound.refuses('https://hooks.example.com/x'), null);
});

test('a name that resolves to an internal address is refused, also if other addresses are public', async (t) => {
  for (const answer of [['127.0.0.1'], ['93.184.216.34', '10.0.0.7'], ['::1'], ['::ffff:10.0.0.7'], ['fd00::1']]) {
    const outbound = open(t, { lookup: resolver(answer).lookup });

    await assert.rejects(outbound.send({ method: 'GET', url: 'http://hooks.example.com/' }), OutboundRefused);
  }
});

test('localhost is refused through the resolver of the system', async (t) => {
  const port = await serve(t, (_, response) => response.end('inside'));

  await assert.rejects(open(t).send({ method: 'GET', url: `http://localhost:${port}/` }), OutboundRefused);
});

test('the checked address is the one that is called: a second DNS answer is not used', async (t) => {
  const port = await serve(t, (_, response) => response.end('pinned'));
  const { lookup, asked } = resolver(['127.0.0.1'], ['127.0.0.2']);
  const outbound = open(t, { allow: toAllowance(['127.0.0.1/32'], null), lookup });

  const answer = await outbound.send({ method: 'GET', url: `http://rebound.example:${port}/` });

  assert.deepEqual([answer.body.toString(), asked], ['pinned', ['rebound.example']]);
});

test('a name that is rebound between two calls is refused at the second', async (t) => {
  const port = await serve(t, (_, response) => response.setHeader('connection', 'close').end('first'));
  const { lookup } = resolver(['127.0.0.1'], ['127.0.0.2']);
  const outbound = open(t, { allow: toAllowance(['127.0.0.1'], null), lookup });
  const url = `http://rebound.example:${port}/`;

  assert.equal((await outbound.send({ method: 'GET', url })).body.toString(), 'first');

  await assert.rejects(outbound.send({ method: 'GET', url }), OutboundRefused);
});

test('redirects are followed up to the requested number, and each is checked', async (t) => {
  const port = await serve(t, (request, response) => {
    if (request.url === '/end') return response.end(`${request.method} ${request.headers['authorization'] ?? ''}`);
    const location = request.url === '/inside' ? 'http://169.254.169.254/' : request.url === '/loop' ? '/loop' : '/end';
    return response.writeHead(request.url === '/kept' ? 307 : 302, { location }).end();
  });
  const outbound = open(t, { allow: toAllowance(['127.0.0.1']) });
  const send = (path: string, redirects: number) =>
    outbound.send({
      method: 'POST',
      url: `http://127.0.0.1:${port}${path}`,
      headers: { authorization: 'secret', 'content-type': 'text/plain' },
      body: 'x',
      redirects,
    });

  assert.equal((await send('/moved', 0)).status, 302);
  assert.equal((await send('/moved', 1)).body.toString(), 'GET secret');
  assert.equal((await send('/kept', 1)).body.toString(), 'POST secret');
  assert.equal((await send('/loop', 5)).status, 302);
  await assert.rejects(send('/inside', 1), OutboundRefused);
});

test('a redirect to another host gets no secret headers', async (t) => {
  const target = await serve(t, (request, response) =>
    response.end(`${request.headers['authorization'] ?? 'none'} ${String(request.headers['x-api-key'] ?? 'none')}`),
  );
  const port = await serve(t, (_, response) =>
    response.writeHead(308, { location: `http://127.0.0.1:${target}/` }).end(),
  );
  const outbound = open(t, { allow: toAllowance(['127.0.0.0/8']) });

  const answer = await outbound.send({
    method: 'POST',
    url: `http://127.0.0.1:${port}/`,
    headers: { Authorization: 'secret', 'X-Api-Key': 'secret' },
    secretHeaders: ['X-API-Key'],
    redirects: 1,
  });

  assert.equal(answer.body.toString(), 'none none');
});

test('an endless body is cut off, and the status is returned', async (t) => {
  const port = await serve(t, (_, response) => {
    response.on('error', () => {});
    const more = () => {
      while (response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  const limits = { ...defaultLimits, bodyBytes: 1000 };

  const answer = await open(t, { allow: anywhere, limits }).send({ method: 'GET', url: `http://127.0.0.1:${port}/` });

  assert.deepEqual([answer.status, answer.body.length, answer.isCut], [200, 1000, true]);
});

test('a server that is silent or very slow cannot hold a call longer than the limit', async (t) => {
  const limits = { ...defaultLimits, totalMs: 150 };
  const silent = await serve(t, () => {});
  const dripping = await serve(t, (_, response) => {
    const timer = setInterval(() => response.write('.'), 10);
    response.once('close', () => clearInterval(timer));
  });
  const outbound = open(t, { allow: anywhere, limits });

  await assert.rejects(
    outbound.send({ method: 'GET', url: `http://127.0.0.1:${silent}/` }),
    (error) => error instanceof OutboundFailed && error.mayHaveArrived,
  );
  const answer = await outbound.send({ method: 'GET', url: `http://127.0.0.1:${dripping}/` });
  assert.deepEqual([answer.status, answer.isCut], [200, true]);
});

test('a request may have arrived exactly if there was a connection, its TLS handshake included', async (t) => {
  const trusted = makeCertificate();
  if (trusted) setDefaultCACertificates([...getCACertificates('default'), trusted.cert]);
  const listen = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  const hear = (answer: (socket: Socket) => void) =>
    createSocketServer((socket) => {
      t.after(() => socket.destroy());
      socket.once('data', () => answer(socket)).on('error', () => {});
    });
  const cutting = await listen(hear((socket) => socket.destroy()));
  const outbound = open(t, { allow: anywhere, limits: { ...defaultLimits, connectMs: 200 } });
  const mayHaveArrived = async (url: string) => {
    try {
      await outbound.send({ method: 'POST', url, body: 'x' });
    } catch (error) {
      return error instanceof OutboundFailed ? error.mayHaveArrived : error;
    }
    return 'answered';
  };

  const found: Record<string, unknown> = {
    'a cut connection': await mayHaveArrived(`http://${cutting}`),
    'a refused connection': await mayHaveArrived('http://127.0.0.1:9/'),
    'an unknown name': await mayHaveArrived('http://unknown.invalid/'),
    'a cut handshake': await mayHaveArrived(`https://${cutting}`),
    'a handshake without an answer': await mayHaveArrived(`https://${await listen(hear(() => {}))}`),
    'a server without TLS': await mayHaveArrived(
      `https://${await listen(hear((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))}`,
    ),
  };
  const expected: Record<string, boolean> = {
    'a cut connection': true,
    'a refused connection': false,
    'an unknown name': false,
    'a cut handshake': false,
    'a handshake without an answer': false,
    'a server without TLS': false,
  };
  const stranger = makeCertificate();
  if (trusted && stranger) {
    const demanding = createTlsServer({ ...trusted, requestCert: true, rejectUnauthorized: true });
    found['an untrusted certificate'] = await mayHaveArrived(`https://${await listen(createTlsServer(stranger))}`);
    found['our certificate, demanded after the handshake'] = await mayHaveArrived(`https://${await listen(demanding)}`);
    Object.assign(expected, {
      'an untrusted certificate': false,
      'our certificate, demanded after the handshake': true,
    });
  }
  assert.deepEqual(found, expected);
});

test('the operator may allow hosts by name, address and range', async (t) => {
  const port = await serve(t, (_, response) => response.end('inside'));
  const status = async (allowed: string[], host: string) =>
    (await open(t, { allow: toAllowance(allowed) }).send({ method: 'GET', url: `http://${host}:${port}/` })).status;

  assert.equal(await status(['LOCALHOST'], 'localhost'), 200);
  assert.equal(await status(['127.0.0.1'], '127.0.0.1'), 200);
  assert.equal(await status(['127.0.0.0/8'], '127.0.0.1'), 200);
  await assert.rejects(status(['other.example', '10.0.0.0/8'], '127.0.0.1'), OutboundRefused);
});

test('only web ports are called, and those that the operator names; at this machine any', (t) => {
  const outbound = open(t, { allow: toAllowance(['127.0.0.1', 'localhost', '10.0.0.7'], [8443]) });
  const isRefused = (url: string) => outbound.refuses(url) !== null;

  const refused = [
    'https://example.com:22/',
    'http://example.com:6379/',
    'http://10.0.0.7:5432/',
    'https://a.example:80800/',
  ];
  const allowed = [
    'https://example.com/',
    'http://example.com:443/',
    'https://example.com:80/',
    'https://example.com:8443/',
  ];
  assert.deepEqual(
    refused.filter((url) => !isRefused(url)),
    [],
  );
  assert.deepEqual([...allowed, 'http://127.0.0.1:9999/', 'http://localhost:9999/'].filter(isRefused), []);
  assert.equal(open(t, { allow: toAllowance([], null) }).refuses('https://example.com:22/'), null);
});

test('a redirect to another port is refused', async (t) => {
  const port = await serve(t, (_, response) => response.writeHead(302, { location: 'http://hooks.example:25/' }).end());
  const outbound = open(t, { allow: toAllowance(['127.0.0.1']) });

  await assert.rejects(
    outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/`, redirects: 1 }),
    OutboundRefused,
  );
});
