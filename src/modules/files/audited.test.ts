import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { subject } from '#testing/authorization.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { putContent, releasedFile, sentUpload, upload } from '#testing/files/uploads.ts';
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
  const app = await testApp(t);
  const { did, note, assertTable } = createAuditObserver(app, audited, {
    recordedLater: [
      'PUT /api/v1/files/{fileId}/content',
      'POST /api/v1/files/encrypt/{fileId}',
      'POST /api/v1/files/decrypt/{fileId}',
    ],
  });
  const admin = app.signIn(...Object.values(filePermissions));
  const fileId = await releasedFile(app, admin);
  const params = { fileId };

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
  await did(admin, 'DELETE /files/folders/{folderId}', undefined, { folderId: folder.id });
  await did(admin, 'POST /files/folders/{folderId}/restore', undefined, { folderId: folder.id });

  const { body: uploadLink } = await did(admin, 'POST /files/folders/{folderId}/share', {}, { folderId: folder.id });
  const path = `/files/public/${uploadLink.token}/files`;
  await note('POST /api/v1/files/public/{token}/files', await upload(admin, { path }));
  const byLink = { folderId: folder.id, linkId: uploadLink.id };
  await did(admin, 'DELETE /files/folders/{folderId}/links/{linkId}', undefined, byLink);
  await did(admin, 'POST /files/folders/{folderId}/share', {}, { folderId: folder.id });
  await did(admin, 'DELETE /files/folders/{folderId}/links', undefined, { folderId: folder.id });
  const sentId = await sentUpload(app, admin, 'sent to the storage');
  await did(admin, 'POST /files/uploads/{uploadId}/complete', undefined, { uploadId: sentId });

  await assertTable(import.meta.dirname);
});
