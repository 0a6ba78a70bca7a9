import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '#kernel/id.ts';
import { fileErrors, filePermissions } from '#modules/files/contract.ts';
import { runJob } from '../accounts.ts';
import type { TestApp } from '../app.ts';
import { as, subject } from '../authorization.ts';

type Client = Pick<TestApp['anonymous'], 'post'>;

export interface Upload {
  readonly name?: string;
  readonly content?: string | Uint8Array;
  /** Default: none, which is `application/octet-stream`. */
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

const BOUNDARY = 'boundary-of-the-test';

/** The body of a form with one file after its fields, and its content type. */
export function formOf({ name = 'a.txt', content = 'سلام', type = 'application/octet-stream', fields = {} }: Upload) {
  const parts = Object.entries(fields).map(
    ([field, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  const payload = Buffer.concat([
    Buffer.from(parts.join('') + head),
    Buffer.from(content as string),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } };
}

/** Uploads as a browser does. */
export function upload(client: Client, file: Upload = {}): ReturnType<Client['post']> {
  const { payload, headers } = formOf(file);
  return client.post(file.path ?? '/files', payload, { ...headers, ...file.headers });
}

/** A caller who may do all with their own files. */
export function fileOwner(app: TestApp) {
  const { read, write, delete: remove, share, managePermissions } = filePermissions;
  return app.signIn(read, write, remove, share, managePermissions);
}

/** An account with the role of users, which the access list of the file names with these rights. */
export async function personWith(
  app: TestApp,
  owner: Client,
  fileId: string,
  rights: Readonly<Record<string, boolean>>,
) {
  const person = as(app, await subject(app));
  await giveAccess(owner, fileId, person.userId, rights);
  return person;
}

export async function giveAccess(
  owner: Client,
  fileId: string,
  subjectValue: string,
  rights: Readonly<Record<string, boolean>>,
) {
  const { status, body } = await owner.post(`/files/permissions/${fileId}`, {
    subjectType: 'user',
    subjectValue,
    ...rights,
  });
  if (status !== 200) throw new Error(`the access list was answered with ${status} ${body.code}`);
}

/** The id of a file that was uploaded and released. */
export async function releasedFile(app: TestApp, client: Client, file: Upload = {}): Promise<string> {
  const { status, body } = await upload(client, file);
  if (status !== 202)
    throw new Error(`the upload was answered with ${status} ${body.code ?? fileErrors.notFound.code}`);
  await app.drain();
  return body.id;
}

/** Encrypts what is stored of a file. */
export async function encryptFile(app: TestApp, client: Client, id: string): Promise<void> {
  const { status, body } = await client.post(`/files/encrypt/${id}`);
  if (status !== 202) throw new Error(`the encryption was answered with ${status} ${body.code}`);
  await app.drain();
}

/** Ends the time for which objects are kept that no file has any more. */
export async function removeKept(app: TestApp): Promise<void> {
  await app.database.pool.query('update files.removal set due_at = now()');
  await runJob(app, 'files.tidy');
}

/** Names of all objects and drafts in the storage of the app, which is a folder. */
export async function storedObjects({ dataDir }: Pick<TestApp, 'dataDir'>): Promise<string[]> {
  const root = join(dataDir, 'objects');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
}

/** The whole answer to a caller of `signIn`, or to nobody: bytes, and headers. */
export async function fetchBytes(
  { http }: Pick<TestApp, 'http'>,
  userId: string | undefined,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method: 'GET' | 'HEAD' = 'GET',
) {
  const caller: Record<string, string> = userId === undefined ? {} : { 'x-test-caller': userId };
  const answer = await http.inject({ method, url: `/api/v1${url}`, headers: { ...caller, ...headers } });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload, text: answer.body };
}

/** Sends a new content of a file, as a browser does. */
export function putContent(
  client: Pick<TestApp['anonymous'], 'put'>,
  id: string,
  file: Upload = {},
): ReturnType<Client['post']> {
  const { payload, headers } = formOf(file);
  return client.put(`/files/${id}/content`, payload, { ...headers, ...file.headers });
}

/** An upload to the storage, as on a store that gives addresses: its row, and the bytes that were sent there. */
export async function sentUpload(
  app: TestApp,
  { userId }: Pick<ReturnType<typeof fileOwner>, 'userId'>,
  content: string,
  { sent = content, name = 'a.txt' }: { readonly sent?: string | null; readonly name?: string } = {},
): Promise<string> {
  const id = newId();
  const sha256 = createHash('sha256').update(content).digest('hex');
  const expiresAt = new Date(app.now().getTime() + 86_400_000).toISOString();
  await app.database.pool.query(
    `insert into files.upload (id, owner_id, token_hash, kind, file_name, length_bytes, sha256, expires_at)
     values ($1, $2, '', 'presigned', $3, $4, $5, $6)`,
    [id, userId, name, Buffer.byteLength(content), sha256, expiresAt],
  );
  const bytes = sent === null ? null : Readable.from([Buffer.from(sent)]);
  if (bytes) await app.storage.put(`files/presigned/${id}`, bytes, { maxBytes: 10_000_000 });
  return id;
}
