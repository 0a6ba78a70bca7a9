import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, MINUTE_MS } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { codeOf } from '#testing/files/resumable.ts';
import { fetchBytes, releasedFile, upload } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

const { read, write, share } = filePermissions;

/** Each kind of link: how it is made, what its maker must be allowed to do, and how it is used. */
const KINDS = {
  file: { right: read.code, path: (fileId: string) => `/files/${fileId}/share`, wanted: { mode: 'public' } },
  folder: { right: write.code, path: (_: string, folderId: string) => `/files/folders/${folderId}/share`, wanted: {} },
};

test('a link that an API key has made ends with the key, and gives no more than its scopes', async (t) => {
  const app = await testApp(t);
  for (const [kind, { right, path, wanted }] of Object.entries(KINDS)) {
    const sara = await member(app);
    const admin = everything(app);
    const fileId = await releasedFile(app, sara);
    const folderId = (await sara.post('/files/folders', { name: 'a' })).body.id;
    const keyWith = async (...scopes: string[]) => {
      const expiresAt = new Date(app.now().getTime() + 60 * MINUTE_MS).toISOString();
      const { status, body } = await sara.post('/users/api-keys', { name: 'k', scopes, expiresAt });
      assert.equal(status, 201, JSON.stringify(body));
      return body as { id: string; key: string };
    };
    const make = (key: string) =>
      app.withToken(key).post(path(fileId, folderId), { ...wanted, expiresInSeconds: 30 * 86_400 });
    const use = async ({ token }: { token: string }) =>
      kind === 'file'
        ? (await fetchBytes(app, undefined, `/files/public/${token}`)).status
        : (await upload(app.anonymous, { path: `/files/public/${token}/files` })).status;
    const [bare, revoked, expiring] = [
      await keyWith(share.code),
      await keyWith(share.code, right),
      await keyWith(share.code, right),
    ];

    const refused = codeOf(await make(bare.key));
    const ofRevoked = (await make(revoked.key)).body;
    const ofExpiring = (await make(expiring.key)).body;
    const ofSession = (await sara.post(path(fileId, folderId), { ...wanted, expiresInSeconds: 86_400 })).body;
    const before = [await use(ofRevoked), await use(ofExpiring), await use(ofSession)];
    await sara.delete(`/users/api-keys/${revoked.id}`);
    const afterRevocation = [await use(ofRevoked), await use(ofExpiring), await use(ofSession)];
    app.pass(61 * MINUTE_MS);
    const afterExpiry = [await use(ofRevoked), await use(ofExpiring), await use(ofSession)];
    await admin.post('/authorization/deny-permission', { userId: sara.id, permissionCode: right });

    const good = kind === 'file' ? 200 : 202;
    assert.equal(refused, '403 http.forbidden', kind);
    assert.deepEqual(before, [good, good, good], kind);
    assert.deepEqual(afterRevocation, [404, good, good], kind);
    assert.deepEqual(afterExpiry, [404, 404, good], kind);
    assert.equal(await use(ofSession), 404, kind);
  }
});
