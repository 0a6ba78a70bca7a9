import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { admit, createAccounts } from '../accounts.ts';
import { signIn, startBonyan, temporaryFolder, type Server } from '../servers.ts';

const SAMPLE_MS = 100;
const POLL_MS = 50;
const BOUNDARY = 'boundary-of-the-benchmark';

export interface FilesStage {
  readonly server: Server;
  /** On the disk of the server's files. */
  readonly folder: string;
  /** Access tokens of so many people. */
  people(count: number): Promise<string[]>;
}

/** One server that takes files of any size, with its own PostgreSQL; removed when `use` ends. */
export async function onFilesStage<R>(use: (stage: FilesStage) => Promise<R>): Promise<R> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const server = await startBonyan({
    BONYAN_DATA_DIR: folder.path,
    DATABASE_URL: database.url,
    BONYAN_FILES_MAX_BYTES: String(2 ** 40),
    BONYAN_FILES_QUOTA_BYTES: '0',
  });
  cleanup.defer(() => server.stop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanup.defer(() => client.end());
  const sql = async (statement: string, values?: unknown[]) => (await client.query(statement, values)).rows;
  const { user } = await signIn(server);
  async function people(count: number): Promise<string[]> {
    const tokens: string[] = [];
    for (const email of await createAccounts({ sql }, `p${Date.now()}`, count)) {
      await admit({ sql, userId: user.id }, email);
      tokens.push((await signIn(server, email)).accessToken);
    }
    return tokens;
  }
  return await use({ server, folder: folder.path, people });
}

export interface SentFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Uploads as a browser does, chunk by chunk; answers the id. */
export async function uploadFile({ url }: Server, token: string, file: SentFile): Promise<string> {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const tail = `\r\n--${BOUNDARY}--\r\n`;
  const sending = request(`${url}/api/v1/files`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': Buffer.byteLength(head) + file.sizeBytes + Buffer.byteLength(tail),
    },
  });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    sending.on('error', reject).on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
  });
  const write = (bytes: Uint8Array | string) =>
    new Promise<void>((done, failed) => sending.write(bytes, (error) => (error ? failed(error) : done())));
  async function sendAll(): Promise<void> {
    await write(head);
    for await (const chunk of file.chunks) await write(chunk);
    sending.end(tail);
  }
  const sent = sendAll();
  sent.catch(() => {}); // a refusal comes before the end, and says more than the cut connection
  const { status, body } = await answered;
  if (status !== 202) throw new Error(`the upload was answered ${status}: ${body}`);
  return (JSON.parse(body) as { id: string }).id;
}

/** Waits until the gate has judged it; answers what it has become. */
export async function untilJudged({ url }: Server, token: string, id: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/files/${id}`, { headers: { authorization: `Bearer ${token}` } });
    const file = (await answer.json()) as { storageStatus: string; reason: string | null };
    if (file.storageStatus !== 'pending') return file.reason ?? file.storageStatus;
    await sleep(POLL_MS);
  }
}

/** Reads an answer to its end; answers its bytes and its status. */
export async function download({ url }: Server, token: string, path: string): Promise<[bytes: number, status: number]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number, number]>();
  const headers = { authorization: `Bearer ${token}` };
  const asking = request(`${url}/api/v1${path}`, { agent: false, headers }, (response) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => void (bytes += chunk.byteLength));
    response.on('end', () => resolve([bytes, response.statusCode ?? 0])).on('error', reject);
  });
  asking.on('error', reject).end();
  return promise;
}

/** How many bytes the process holds at most above what it holds now, until the answer is called. */
export async function watchMemory(server: Server): Promise<() => Promise<number>> {
  const { rssBytes: before } = await server.ask({ ask: 'usage' });
  let isOver = false;
  let most = before;
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, (await server.ask({ ask: 'usage' })).rssBytes);
      await sleep(SAMPLE_MS);
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return most - before;
  };
}

export const MB = 1_000_000;
