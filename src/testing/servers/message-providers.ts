import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { anywhere } from '#platform/outbound/addresses.ts';
import { defaultLimits, openOutbound } from '#platform/outbound/undici.ts';
import type { ProviderChannel, Outgoing } from '#modules/notifications/channels/port.ts';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the server does with a request: an answer, silence, or a cut connection. */
export type Reply = { status: number; headers?: Record<string, string>; body?: string } | 'silence' | 'cut';

/** A server on loopback that answers each request with `reply`; `heard` has the requests, oldest first. */
export async function startServer(t: TestContext, reply: (heard: Heard) => Reply) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => void listen(request, response));

  async function listen(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body: await buffer(request) };
    heard.push(one);
    const answer = reply(one);
    if (answer === 'cut') request.socket.destroy();
    else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    /** From now on connections are refused. */
    stop(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What Kavenegar does with a message: a status of https://kavenegar.com/rest.html, or it takes it and no answer arrives. */
export type KavenegarStatus = keyof typeof kavenegarMessages | 500 | 503 | 'silence' | 'cut';

const kavenegarMessages = {
  200: 'تایید شد',
  409: 'سرور قادر به پاسخگوئی نیست بعدا تلاش کنید',
  411: 'دریافت کننده نامعتبر است',
  418: 'اعتبار حساب شما کافی نیست',
};

/** Kavenegar's API: like it, sends a text once, however often it gets its `localid`. */
export async function startKavenegar(t: TestContext, statusOf: (heard: Heard) => KavenegarStatus = () => 200) {
  const sent = new Map<string, { receptor: string; message: string; entry: object }>(); // by localid

  const server = await startServer(t, (one): Reply => {
    const status = statusOf(one);
    if (status === 500 || status === 503) return { status, body: '<h1>Service Unavailable</h1>' };
    const answered = typeof status === 'number' ? status : 200;
    const entries = answered === 200 ? [take(formOf(one))] : null;
    if (typeof status === 'string') return status;
    const body = JSON.stringify({ return: { status, message: kavenegarMessages[status] }, entries });
    return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
  });

  function take({ receptor = '', message = '', localid = '', sender = '10004346' }: Record<string, string>): object {
    const before = sent.get(localid);
    if (before) return before.entry;
    const messageid = 8_792_343 + sent.size;
    const date = Math.floor(Date.now() / 1000);
    const entry = { messageid, message, status: 1, statustext: 'در صف ارسال', sender, receptor, date, cost: 120 };
    sent.set(localid, { receptor, message, entry });
    return entry;
  }

  return {
    ...server,
    environment: { BONYAN_PROVIDERS: 'kavenegar', KAVENEGAR_URL: server.url, KAVENEGAR_API_KEY: 'key' },
    /** The texts that the number (E.164) got, newest first. */
    textsTo: (phone: string): string[] =>
      [...sent.values()]
        .filter(({ receptor }) => receptor === phone.replace('+', '00'))
        .map(({ message }) => message)
        .toReversed(),
    /** How many SMS it has sent. */
    count: () => sent.size,
  };
}

/** Outbound calls that may go to loopback, with a short time-out. */
export function openCalls(t: TestContext, totalMs = 10_000) {
  const { outbound, close } = openOutbound({ allow: anywhere, limits: { ...defaultLimits, totalMs } });
  t.after(close);
  return outbound;
}

export function outgoing(channel: ProviderChannel, recipient: string, rest: Partial<Outgoing> = {}): Outgoing {
  const words = { subject: 'سلام', text: 'متن <b>فارسی</b> & more', html: null };
  return { id: newId(), channel, recipient, ...words, headers: {}, data: {}, ...rest };
}

export function formOf({ body }: Heard): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

// oxlint-disable-next-line no-explicit-any -- each provider has another schema
export function jsonOf({ body }: Heard): any {
  return JSON.parse(body.toString());
}

/** Another implementation of RFC 8291, to check ours; the package has no types. */
const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt(sealed: Buffer, keys: { version: 'aes128gcm'; privateKey: object; authSecret: string }): Buffer;
};

/** A browser with a push subscription, which decrypts its messages. */
export function makeBrowser() {
  const privateKey = createECDH('prime256v1');
  privateKey.generateKeys();
  const authSecret = randomBytes(16).toString('base64url');
  const publicKey = privateKey.getPublicKey('base64url');
  return {
    publicKey,
    subscription: (endpoint: string) => JSON.stringify({ endpoint, keys: { p256dh: publicKey, auth: authSecret } }),
    decrypt: (sealed: Buffer) => decrypt(sealed, { version: 'aes128gcm', privateKey, authSecret }),
  };
}

export function makeVapid() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey: privateKey.export({ format: 'jwk' }).d ?? '', subject: 'mailto:ops@example.com' };
}

/** A Google service account, and the server of its tokens. */
export function makeAccount() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const token = { status: 200, body: '{"access_token":"ya29","expires_in":3600}' };
  return {
    publicKey,
    at: (url: string) => ({
      projectId: 'demo',
      clientEmail: 'push@demo.iam.example',
      privateKey: pem,
      tokenUrl: `${url}/token`,
    }),
    issueToken: ({ path }: Heard) => (path === '/token' ? token : null),
  };
}
