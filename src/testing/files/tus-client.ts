import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { member } from '../accounts.ts';
import { testApp, type TestApp } from '../app.ts';
import { idIn } from './resumable.ts';
import { fetchBytes } from './uploads.ts';

export async function listening(t: TestContext, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment });
  return { app, endpoint: `${await app.http.listen({ host: '127.0.0.1', port: 0 })}/api/v1/files/uploads` };
}

export async function withMember(t: TestContext, environment: Record<string, string> = {}) {
  const { app, endpoint } = await listening(t, environment);
  const sara = await member(app);
  const options: UploadOptions = {
    endpoint,
    headers: { authorization: `Bearer ${sara.tokens.accessToken}` },
    metadata: { filename: 'داده‌ها.bin' },
    retryDelays: null,
    storeFingerprintForResuming: false,
  };
  return { app, endpoint, sara, options };
}

/** Sends with the client to the end, or to where `until` stops it; answers the client's object. */
export function send(
  content: Buffer | Readable,
  options: UploadOptions,
  until: (upload: Upload) => boolean = () => false,
) {
  const { promise, resolve, reject } = Promise.withResolvers<Upload>();
  const upload: Upload = new Upload(content as Buffer, {
    ...options,
    onSuccess: () => resolve(upload),
    onError: reject,
    onChunkComplete: () => {
      if (until(upload)) void upload.abort().then(() => resolve(upload), reject);
    },
  });
  upload.start();
  return promise;
}

/** Goes on with an upload of the client that was stopped. */
export function goOn(upload: Upload): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  Object.assign(upload.options, { onSuccess: resolve, onError: reject, onChunkComplete: null });
  upload.start();
  return promise;
}

export const refusalOf = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => null,
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof DetailedError, 'the upload was not refused');
  return error.originalResponse?.getStatus();
};

export const idOf = ({ url }: Pick<Upload, 'url'>) => idIn(url);
export const headOf = (url: string | null, headers = {}) =>
  fetch(url ?? '', { method: 'HEAD', headers: { 'tus-resumable': '1.0.0', ...headers } });
export const patch = (url: string | null, offset: number, body: Buffer, headers = {}) =>
  fetch(url ?? '', {
    method: 'PATCH',
    body: new Uint8Array(body),
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      ...headers,
    },
  });

/** The file that the upload has become: its state, and its bytes. */
export async function fileOf(app: TestApp, sara: Awaited<ReturnType<typeof member>>, upload: Pick<Upload, 'url'>) {
  await app.drain();
  const { body } = await sara.get(`/files/${idOf(upload)}`);
  const { bytes } = await fetchBytes(app, undefined, `/files/${idOf(upload)}/download`, {
    authorization: `Bearer ${sara.tokens.accessToken}`,
  });
  return { ...body, bytes };
}

export async function stored({ storage }: TestApp): Promise<string[]> {
  const { objects } = await storage.list('files/');
  return objects.map(({ key }) => key);
}

/** The objects of parts in the database, which the storage must have, and no others. */
export async function partsOf({ database }: TestApp): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>('select id from files.upload_part');
  return rows.map(({ id }) => `files/parts/${id}`);
}
