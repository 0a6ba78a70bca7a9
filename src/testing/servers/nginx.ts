import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { makeCertificate } from './smtp-server.ts';

const program = process.env['TEST_NGINX'];
/** Why tests with nginx are skipped; false where there is one. `npm test` reports it in one line. */
export const noNginx = program ? false : 'no nginx';

const CONFIG = join(import.meta.dirname, '../../../deploy/nginx.conf');
const START_MS = 20_000;

export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  /** Decompressed. */
  readonly bytes: Buffer;
  // oxlint-disable-next-line no-explicit-any -- tests read answers of every shape
  readonly body: any;
}

/**
 * nginx with the configuration of `deploy/`, in front of 127.0.0.1:`upstream`; `edit` changes it further. Ends with `t`.
 */
export async function startNginx(
  t: TestContext,
  { port, upstream, edit = (text) => text }: { port: number; upstream: number; edit?: (text: string) => string },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-nginx-'));
  const certificate = makeCertificate();
  if (!certificate) throw new Error('openssl is not installed');
  const file = (name: string) => join(folder, name);
  const shipped = await readFile(CONFIG, 'utf8');
  const site = edit(
    shipped
      .replace('127.0.0.1:8080', `127.0.0.1:${upstream}`)
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replace('/etc/ssl/certs/app.example.com.pem', file('cert'))
      .replace('/etc/ssl/private/app.example.com.key', file('key')),
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${file(name)};`,
  );
  const around = `daemon off; master_process off; pid ${file('pid')}; error_log stderr warn; events {}`;
  await writeFile(file('cert'), certificate.cert);
  await writeFile(file('key'), certificate.key);
  await writeFile(file('conf'), `${around}\nhttp { access_log off; ${temporary.join(' ')}\n${site}\n}\n`);

  const nginx = spawn(program ?? '', ['-c', file('conf'), '-e', 'stderr', '-p', folder], { stdio: 'inherit' });
  const ended = new Promise((resolve) => nginx.once('close', resolve));
  t.after(async () => {
    nginx.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const giveUpMs = Date.now() + START_MS;
  while (!(await isOpen(port)))
    if (nginx.exitCode !== null || Date.now() > giveUpMs) throw new Error(`nginx does not listen on port ${port}`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** One HTTP/2 connection to nginx, from `localAddress`. `read` gets a stream piece by piece. Closed when `t` ends. */
export function openHttp2(t: TestContext, origin: string, localAddress = '127.0.0.1') {
  const from = { localAddress }; // Node takes every option of a socket, its types do not say so
  const session = connectHttp2(origin, { rejectUnauthorized: false, ...from });
  session.on('error', () => {}); // each request reports it
  t.after(() => session.destroy());

  function send(method: string, path: string, headers: Record<string, string> = {}, payload?: object | Buffer) {
    const isJson = payload !== undefined && !Buffer.isBuffer(payload);
    const stream = session.request({
      ':method': method,
      ':path': path,
      'accept-encoding': 'gzip',
      ...(payload && { 'content-type': 'application/json' }),
      ...headers,
    });
    stream.end(isJson ? JSON.stringify(payload) : payload);
    return stream;
  }

  return {
    send,
    ask(...request: Parameters<typeof send>): Promise<ProxiedAnswer> {
      const stream = send(...request);
      return new Promise((resolve, reject) => {
        const pieces: Buffer[] = [];
        let headers: ProxiedAnswer['headers'] | undefined;
        stream.once('response', (first) => (headers = first));
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        // nginx may answer before it has read the body, and then resets the stream: the answer counts all the same.
        stream.once('error', (fault) => headers ?? reject(fault));
        stream.once('close', () => {
          if (!headers) return reject(new Error(`no answer to ${request[0]} ${request[1]}`));
          const sent = Buffer.concat(pieces);
          const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
          const isJson = String(headers['content-type']).includes('json');
          resolve({
            status: Number(headers[':status']),
            headers,
            bytes,
            body: isJson ? JSON.parse(bytes.toString()) : null,
          });
        });
      });
    },
  };
}
