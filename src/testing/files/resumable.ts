import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { testApp, type TestApp, type TestOptions } from '../app.ts';
import { fileOwner } from './uploads.ts';

type Client = TestApp['anonymous'];
type Headers = Record<string, string>;

export const TUS = { 'tus-resumable': '1.0.0' };
export const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };

export const base64 = (value: string) => Buffer.from(value).toString('base64');
export const metadata = (pairs: Headers) =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(',');

/** Begins an upload; 3 bytes with the name `a.bin`, if nothing else is said. A header that is empty is left out. */
export function begin(client: Client, headers: Headers = {}) {
  const all = { ...TUS, 'upload-length': '3', 'upload-metadata': metadata({ filename: 'a.bin' }), ...headers };
  return client.post('/files/uploads', undefined, Object.fromEntries(Object.entries(all).filter(([, value]) => value)));
}

/** The address of an upload that begins. */
export async function begun(client: Client, headers: Headers = {}): Promise<string> {
  return String((await begin(client, headers)).headers['location']);
}

export const add = (client: Client, url: string, offset: number | string, body: string | Buffer, headers = {}) =>
  client.patch(url, Buffer.from(body), { ...BYTES, 'upload-offset': String(offset), ...headers });

export const codeOf = ({ status, body }: Awaited<ReturnType<typeof begin>>) =>
  body?.code ? `${status} ${body.code}` : String(status);

/** The id of an upload, which is that of its file. */
export const idIn = (url: string | null) => /uploads\/([0-9a-f-]+)/.exec(url ?? '')?.[1] ?? 'none';

/** An app that listens, and an owner of files; `send` is a request of theirs whose body stops after some bytes. */
export async function listeningOwner(t: TestContext, options: TestOptions = {}) {
  const app = await testApp(t, options);
  const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const sara = fileOwner(app);
  const send = (path: string, first: Buffer, headers: Headers = {}, method = 'PATCH') =>
    stalled(`${origin}${path}`, first, { 'x-test-caller': sara.userId, ...headers }, method);
  return { app, sara, origin, send };
}

/**
 * A request whose body stops after some bytes, until `write` or `end` sends more or `cut` breaks the connection. Its body is sent
 * in chunks unless `headers` have a length.
 */
export async function stalled(url: string, first: Buffer, headers: Headers, method = 'PATCH') {
  const { promise: answer, resolve, reject } = Promise.withResolvers<{ status: number; code: string | null }>();
  const sending = request(url, { method, headers: { ...BYTES, ...headers } });
  sending.on('error', reject).on('response', (response) => {
    const status = response.statusCode ?? 0;
    text(response).then((body) => resolve({ status, code: body === '' ? null : JSON.parse(body).code }), reject);
  });
  answer.catch(() => {});
  await new Promise<void>((written) => sending.write(first, () => written()));
  const sent = new Promise<void>((done) => sending.on('finish', done));
  return {
    answer,
    /** Resolves when the server has read all but what fits into the buffers of the connection. */
    sent,
    write: (more: Buffer) => void sending.write(more),
    end: (rest: Buffer = Buffer.alloc(0)) => void sending.end(rest),
    cut: () => void sending.destroy(),
  };
}

/** Waits until a statement finds a row. */
export async function untilThere({ database }: TestApp, statement: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) if ((await database.pool.query(statement)).rows.length > 0) return;
  throw new Error(`not there: ${statement}`);
}

export const untilWriting = (app: TestApp) =>
  untilThere(app, 'select 1 from files.upload_part where size_bytes is null');

/** The request that writes an upload counts as dead, whatever it still does. */
export const bury = ({ database }: TestApp) =>
  database.pool.query("update files.upload set writing_at = now() - interval '1 minute'");
