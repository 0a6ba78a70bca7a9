import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { auditOf, subject } from '#testing/authorization.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { fileOwner, putContent, releasedFile, sentUpload, upload } from '#testing/files/uploads.ts';
import { audited } from './audited.ts';
import { filePermissions } from './contract.ts';

const TUS = { 'tus-resumable': '1.0.0' };

function beginUpload(client: Parameters<typeof upload>[0], length: number) {
  const metadata = `filename ${Buffer.from('a.txt').toString('base64')}`;
  return client.post('/files/uploads', undefined, {
    ...TUS,
    'upload-length': String(length),
    'upload-metadata': metadata,
  });
}

test('every operation leaves just the audit entries of its line in the table', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_VERSIONS: '2' } });
  const { did, note, assertTable } = createAuditObserver(app, audited, {
    recordedLater: [
      'PUT /api/v1/files/{fileId}/content',
      'POST /api/v1/files/encrypt/{fileId}',
      'POST /api/v1/files/decrypt/{fileId}',
      'DELETE /api/v1/files/folders/{folderId}',
      'POST /api/v1/files/folders/{folderId}/restore',
      'DELETE /api/v1/files/folders/{folderId}/purge',
    ],
  });
  const admin = app.signIn(...Object.values(filePermissions));
  const fileId = await releasedFile(app, admin);
  const params = { fileId };
  const owner = app.signIn(...Object.values(filePermissions));
  const { body: theirs } = await owner.post('/files/folders', { name: 'theirs' });
  const ofOther = { fileId: await releasedFile(app, owner), folderId: theirs.id };

  await did(admin, 'PUT /files/{fileId}', { description: 'x' }, ofOther);
  const moved = await admin.patch(`/files/${ofOther.fileId}/move`, { folderId: theirs.id });
  await note('PATCH /api/v1/files/{fileId}/move', moved);
  await did(admin, 'POST /files/{fileId}/tags', { tag: 'x' }, ofOther);
  await did(admin, 'DELETE /files/{fileId}/tags/{tag}', undefined, { ...ofOther, tag: 'x' });
  await did(admin, 'POST /files/folders', { name: 'b', parentId: theirs.id });
  const renamed = await admin.patch(`/files/folders/${theirs.id}`, { name: 'renamed' });
  await note('PATCH /api/v1/files/folders/{folderId}', renamed);
  await note('POST /api/v1/files', await upload(admin));
  await did(admin, 'POST /files/encrypt/{fileId}', undefined, params);
  await did(admin, 'POST /files/decrypt/{fileId}', undefined, params);
  for (const content of ['two', 'three', 'four']) {
    await note('PUT /api/v1/files/{fileId}/content', await putContent(admin, fileId, { content }));
    await app.drain();
  }
  const [{ id: versionId }, { id: olderId }] = (await admin.get(`/files/${fileId}/versions`)).body.items;
  await did(admin, 'POST /files/{fileId}/versions/{versionId}/restore', undefined, { fileId, versionId });
  await did(admin, 'DELETE /files/{fileId}/versions/{versionId}', undefined, { fileId, versionId: olderId });
  await note('POST /api/v1/files/uploads', await beginUpload(admin, 0));
  const { headers } = await beginUpload(admin, 1);
  const bytes = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  await note(
    'PATCH /api/v1/files/uploads/{uploadId}',
    await admin.patch(String(headers['location']), Buffer.from('x'), bytes),
  );
  const { headers: other } = await beginUpload(admin, 1);
  const uploadId = /[^/]+(?=\?)/.exec(String(other['location']))?.[0];
  await admin.delete(`/files/uploads/${uploadId}`, TUS);
  await did(admin, 'GET /files/{fileId}/link', undefined, params);
  const { body: link } = await did(admin, 'POST /files/{fileId}/share', {}, params);
  await did(admin, 'DELETE /files/{fileId}/links/{linkId}', undefined, { fileId, linkId: link.id });
  await did(admin, 'DELETE /files/{fileId}/links', undefined, params);
  const entry = { subjectType: 'user', subjectValue: await subject(app), canRead: true };
  await did(admin, 'POST /files/permissions/{fileId}', entry, params);
  await did(admin, 'DELETE /files/{fileId}', undefined, params);
  await did(admin, 'POST /files/{fileId}/restore', undefined, params);
  await admin.delete(`/files/${fileId}`);
  await did(admin, 'DELETE /files/{fileId}/purge', undefined, params);
  const { body: failed } = await upload(admin);
  const fault = "update files.file set storage_status = 'failed', stage = null, is_retryable = true where id = $1";
  await app.database.pool.query(fault, [failed.id]);
  await did(admin, 'POST /files/{fileId}/retry', undefined, { fileId: failed.id });

  const { body: folder } = await admin.post('/files/folders', { name: 'a' });
  await releasedFile(app, admin, { fields: { folderId: folder.id } });
  await did(admin, 'DELETE /files/folders/{folderId}', undefined, { folderId: folder.id });
  await did(admin, 'POST /files/folders/{folderId}/restore', undefined, { folderId: folder.id });

  const { body: uploadLink } = await did(admin, 'POST /files/folders/{folderId}/share', {}, { folderId: folder.id });
  const path = `/files/public/${uploadLink.token}/files`;
  await note('POST /api/v1/files/public/{token}/files', await upload(admin, { path }));
  const byLink = { folderId: folder.id, linkId: uploadLink.id };
  await did(admin, 'DELETE /files/folders/{folderId}/links/{linkId}', undefined, byLink);
  await did(admin, 'POST /files/folders/{folderId}/share', {}, { folderId: folder.id });
  await did(admin, 'DELETE /files/folders/{folderId}/links', undefined, { folderId: folder.id });
  const within = { folderId: folder.id };
  await did(admin, 'DELETE /files/folders/{folderId}', undefined, within);
  await did(admin, 'DELETE /files/folders/{folderId}/purge', undefined, within);
  const sentId = await sentUpload(app, admin, 'sent to the storage');
  await did(admin, 'POST /files/uploads/{uploadId}/complete', undefined, { uploadId: sentId });

  await assertTable(import.meta.dirname);
});

test('what others change in a file or folder is noted with the values before and after, what its owner changes is not', async (t) => {
  const app = await testApp(t);
  const [owner, admin] = [fileOwner(app), app.signIn(...Object.values(filePermissions))];
  const { body: folder } = await owner.post('/files/folders', { name: 'one' });
  const fileId = await releasedFile(app, owner, { fields: { description: 'before' } });
  const { body: other } = await owner.post('/files/folders', { name: 'two' });
  const top = { folder: null, folderId: null };
  const inFolder = { folder: 'one', folderId: folder.id };
  type Client = typeof owner;
  const changes: readonly [(client: Client) => Promise<unknown>, before: object, after: object][] = [
    [(c) => c.put(`/files/${fileId}`, { fileName: 'b.txt' }), { fileName: 'a.txt' }, { fileName: 'b.txt' }],
    [(c) => c.put(`/files/${fileId}`, { description: null }), { description: 'before' }, { description: null }],
    [(c) => c.post(`/files/${fileId}/tags`, { tag: 'x' }), { tags: [] }, { tags: ['x'] }],
    [(c) => c.delete(`/files/${fileId}/tags/x`), { tags: ['x'] }, { tags: [] }],
    [(c) => c.patch(`/files/${fileId}/move`, { module: 'm' }), { module: null }, { module: 'm' }],
    [(c) => c.patch(`/files/${fileId}/move`, { folderId: folder.id }), top, inFolder],
    [(c) => c.patch(`/files/${fileId}/move`, { folderId: null }), inFolder, top],
    [
      (c) => c.patch(`/files/folders/${other.id}`, { name: 'three' }),
      { path: 'two', parentId: null },
      { path: 'three', parentId: null },
    ],
    [
      (c) => c.patch(`/files/folders/${other.id}`, { parentId: folder.id }),
      { path: 'three', parentId: null },
      { path: 'one/three', parentId: folder.id },
    ],
  ];

  for (const [change] of changes) await change(admin);
  await admin.put(`/files/${fileId}`, { fileName: 'b.txt' }); // as it is
  await owner.put(`/files/${fileId}`, { fileName: 'c.txt' });
  await owner.patch(`/files/folders/${other.id}`, { name: 'four' });
  await owner.post('/files/folders', { name: 'five' });

  const entries = [await auditOf(app, 'files.changed'), await auditOf(app, 'files.folder_changed')];
  assert.deepEqual(
    entries.flatMap((noted) => noted.toReversed().map(({ payload }) => payload)),
    changes.map(([, before, after]) => ({ before, after })),
  );
  assert.deepEqual(await auditOf(app, 'files.folder_created'), []);
});
