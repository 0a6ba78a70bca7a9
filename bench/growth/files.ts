import sharp from 'sharp';
import { formOf, sentUpload, type Upload } from '#testing/files/uploads.ts';
import { byExample, byRefusal, owner, person, stranger, type Asking } from './asking.ts';
import { PERSON, type GrowthStage } from './stage.ts';

const TUS = { 'tus-resumable': '1.0.0' };

/** A file of the owner, and its link; each from the `first` on, so that what one operation deletes no other asks for. */
const file = (first: number) => async (stage: GrowthStage, n: number) => {
  const fileId = stage.idOf('file', first + 2 * (n % 20));
  const versionId = stage.idOf('version', first + 2 * (n % 20));
  return { fileId, linkId: fileId, tag: 'work', versionId };
};

const folder = (first: number) => async (stage: GrowthStage, n: number) => ({
  folderId: stage.idOf('folder', first + 2 * (n % 20)),
  linkId: stage.idOf('uploadLink', first + 2 * (n % 20)),
});

const text = (n: number): Upload => ({ name: 'a.txt', content: `text ${n} ${Date.now()}`, type: 'text/plain' });

/** The files of the fill have no bytes. This one has been scanned and released. */
export async function uploaded(stage: GrowthStage, sent: Upload) {
  const { payload, headers } = formOf(sent);
  const { body } = await send(stage, 'POST', '/api/v1/files', { payload, headers });
  await stage.app.drain();
  return { fileId: body.id as string };
}

/** Sends something as the owner. @throws if it is refused */
async function send(
  stage: GrowthStage,
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  more: { payload?: object; headers?: Record<string, string> } = {},
) {
  const answer = await stage.send({ method, url, ...more }, await stage.tokensOf('owner'));
  if (answer.status >= 400) throw new Error(`${method} ${url} answers ${answer.status} ${answer.body.code}`);
  return answer;
}

/** One whose colour nobody has sent before. */
export async function picture(n: number): Promise<Upload> {
  const background = { r: n, g: Math.floor(Math.random() * 256), b: Math.floor(Math.random() * 256) };
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background } });
  return { name: 'a.png', type: 'image/png', content: await image.png().toBuffer() };
}

const withBytes = (stage: GrowthStage, n: number) => uploaded(stage, text(n));

/** With a version beside it. */
async function replaced(stage: GrowthStage, n: number) {
  const { fileId } = await withBytes(stage, n);
  await send(stage, 'PUT', `/api/v1/files/${fileId}/content`, formOf(text(n + 1)));
  await stage.app.drain();
  const { body } = await stage.call('owner', 'GET', `/api/v1/files/${fileId}/versions`);
  return { fileId, versionId: body.items[0].id as string };
}

const deleted = (first: number) => async (stage: GrowthStage, n: number) => {
  const found = await file(first)(stage, n);
  await send(stage, 'DELETE', `/api/v1/files/${found.fileId}`);
  return found;
};

/** Its files are in the trash too. */
async function deletedFolder(stage: GrowthStage, n: number) {
  await stage.app.drain(); // else those of the operation before still change
  const found = await folder(302)(stage, n);
  await send(stage, 'DELETE', `/api/v1/files/folders/${found.folderId}`);
  await stage.app.drain();
  return found;
}

async function newDeletedFolder(stage: GrowthStage, n: number) {
  await stage.app.drain();
  const payload = { name: `deleted ${n} ${Date.now()}` };
  const { body } = await send(stage, 'POST', '/api/v1/files/folders', { payload });
  await send(stage, 'DELETE', `/api/v1/files/folders/${body.id}`);
  await stage.app.drain();
  return { folderId: body.id as string };
}

async function encrypted(stage: GrowthStage, n: number) {
  const { fileId } = await withBytes(stage, n);
  await send(stage, 'POST', `/api/v1/files/encrypt/${fileId}`);
  await stage.app.drain();
  return { fileId };
}

/** Its encryption is done before the next one: few of one person go on at once. */
async function clear(stage: GrowthStage, n: number) {
  await stage.app.drain();
  return withBytes(stage, n);
}

async function shared(stage: GrowthStage, n: number) {
  const { fileId } = await withBytes(stage, n);
  const { body } = await send(stage, 'POST', `/api/v1/files/${fileId}/share`, { payload: { mode: 'public' } });
  return { token: body.token as string };
}

async function sharedFolder(stage: GrowthStage, n: number) {
  const { folderId } = await folder(102)(stage, n);
  const { body } = await send(stage, 'POST', `/api/v1/files/folders/${folderId}/share`, { payload: { maxFiles: 5 } });
  return { token: body.token as string, sent: formOf(text(n)) };
}

/** As after a fault of the storage. */
async function failed(stage: GrowthStage, n: number) {
  const { fileId } = await withBytes(stage, n);
  await stage.app.database.pool.query(
    `update files.file set storage_status = 'failed', reason = 'fault', is_retryable = true where id = $1`,
    [fileId],
  );
  return { fileId };
}

async function ownUpload(stage: GrowthStage, n: number) {
  const uploadId = stage.idOf('upload', 21 + 2 * n);
  const userId = await ownerIdOf(stage);
  await stage.app.database.pool.query('update files.upload set owner_id = $1 where id = $2', [userId, uploadId]);
  return { uploadId };
}

async function ownerIdOf(stage: GrowthStage): Promise<string> {
  return (await stage.call('owner', 'GET', '/api/v1/users/me')).body.id;
}

/** How the operations of the Files module are asked. */
export const FILES: Readonly<Record<string, Asking>> = {
  ...byExample(
    'owner',
    `POST /api/v1/files/validate
    GET /api/v1/files/search
    GET /api/v1/files/filter
    GET /api/v1/files/usage
    GET /api/v1/files/folders
    GET /api/v1/files/tags/{tag}`,
  ),
  // The storage of a stage is a folder, which gives no addresses.
  ...byRefusal('owner', 409, 'POST /api/v1/files/uploads/presign'),
  'POST /api/v1/files': { ...owner, prepare: async (_, n) => ({ sent: formOf(text(n)) }) },
  'POST /api/v1/files/scan': { ...owner, prepare: async (_, n) => ({ sent: formOf(text(n)) }) },
  'POST /api/v1/files/uploads': { ...owner, headers: { ...TUS, 'upload-length': '5' } },
  'PATCH /api/v1/files/uploads/{uploadId}': {
    ...person,
    headers: { ...TUS, 'upload-offset': '1000', 'content-type': 'application/offset+octet-stream' },
    prepare: async (stage) => ({ uploadId: stage.idOf('upload', PERSON) }),
  },
  'DELETE /api/v1/files/uploads/{uploadId}': { ...owner, headers: TUS, prepare: ownUpload },
  'POST /api/v1/files/uploads/{uploadId}/complete': {
    ...owner,
    prepare: async (stage) => ({
      uploadId: await sentUpload(stage.app, { userId: await ownerIdOf(stage) }, `sent ${Date.now()}`),
    }),
  },
  'POST /api/v1/files/folders': { ...owner, prepare: async (_, n) => ({ name: `new ${n} ${Date.now()}` }) },
  'GET /api/v1/files/folders/{folderId}': { ...owner, prepare: folder(102) },
  'PATCH /api/v1/files/folders/{folderId}': { ...owner, body: { parentId: null }, prepare: folder(102) },
  'DELETE /api/v1/files/folders/{folderId}': { ...owner, prepare: folder(152) },
  'POST /api/v1/files/folders/{folderId}/restore': { ...owner, prepare: deletedFolder },
  'DELETE /api/v1/files/folders/{folderId}/purge': { ...owner, prepare: newDeletedFolder },
  'POST /api/v1/files/folders/{folderId}/share': { ...owner, body: { maxFiles: 5 }, prepare: folder(102) },
  'GET /api/v1/files/folders/{folderId}/links': { ...owner, prepare: folder(102) },
  'GET /api/v1/files/folders/{folderId}/accesses': { ...owner, prepare: folder(102) },
  'DELETE /api/v1/files/folders/{folderId}/links': { ...owner, prepare: folder(202) },
  'DELETE /api/v1/files/folders/{folderId}/links/{linkId}': { ...owner, prepare: folder(202) },
  'GET /api/v1/files/{fileId}': { ...owner, prepare: file(102) },
  'GET /api/v1/files/permissions/{fileId}': { ...owner, prepare: file(102) },
  'POST /api/v1/files/permissions/{fileId}': {
    ...owner,
    body: { subjectType: 'user', canRead: true },
    prepare: async (stage, n) => ({ ...(await file(102)(stage, n)), subjectValue: stage.idOf('user', 101) }),
  },
  'PUT /api/v1/files/{fileId}': { ...owner, body: { description: 'new' }, prepare: file(102) },
  'PATCH /api/v1/files/{fileId}/move': { ...owner, body: { folder: 'other' }, prepare: file(102) },
  'POST /api/v1/files/{fileId}/tags': { ...owner, body: { tag: 'new' }, prepare: file(102) },
  'DELETE /api/v1/files/{fileId}/tags/{tag}': { ...owner, prepare: file(102) },
  'POST /api/v1/files/{fileId}/retry': { ...owner, prepare: failed },
  'GET /api/v1/files/{fileId}/download': { ...owner, prepare: withBytes },
  'GET /api/v1/files/{fileId}/stream': { ...owner, prepare: withBytes },
  'GET /api/v1/files/{fileId}/image': {
    ...owner,
    query: { width: '32', height: '32' },
    prepare: async (stage, n) => uploaded(stage, await picture(n)),
  },
  'POST /api/v1/files/archive': {
    ...owner,
    prepare: async (stage, n) => ({ ids: [(await withBytes(stage, n)).fileId] }),
  },
  'PUT /api/v1/files/{fileId}/content': {
    ...owner,
    prepare: async (stage, n) => ({ ...(await withBytes(stage, n)), sent: formOf(text(n + 1)) }),
  },
  'GET /api/v1/files/{fileId}/versions': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/versions/{versionId}/download': { ...owner, prepare: replaced },
  'POST /api/v1/files/{fileId}/versions/{versionId}/restore': { ...owner, prepare: replaced },
  'DELETE /api/v1/files/{fileId}/versions/{versionId}': { ...owner, prepare: file(152) },
  'POST /api/v1/files/encrypt/{fileId}': { ...owner, prepare: clear },
  'POST /api/v1/files/decrypt/{fileId}': { ...owner, prepare: encrypted },
  'GET /api/v1/files/audit/{fileId}': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/link': { ...owner, prepare: file(102) },
  'POST /api/v1/files/{fileId}/share': { ...owner, body: { mode: 'public' }, prepare: file(102) },
  'GET /api/v1/files/{fileId}/links': { ...owner, prepare: file(102) },
  'DELETE /api/v1/files/{fileId}/links/{linkId}': { ...owner, prepare: file(152) },
  'DELETE /api/v1/files/{fileId}/links': { ...owner, prepare: file(152) },
  'DELETE /api/v1/files/{fileId}': { ...owner, prepare: file(202) },
  'POST /api/v1/files/{fileId}/restore': { ...owner, prepare: deleted(252) },
  'DELETE /api/v1/files/{fileId}/purge': { ...owner, prepare: deleted(352) },
  'GET /api/v1/files/public/{token}': { ...stranger, prepare: shared },
  'POST /api/v1/files/public/{token}': { ...stranger, prepare: shared },
  'POST /api/v1/files/public/{token}/files': { ...stranger, prepare: sharedFolder },
};
