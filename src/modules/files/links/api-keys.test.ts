import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, MINUTE_MS } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { codeOf } from '#testing/files/resumable.ts';
import { fetchBytes, fileOwner, releasedFile, upload } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

const { read, write, share } = filePermissions;

/** Each kind of link: how it is made, what its maker must be allowed to do, and how it is used. */
const KINDS = {
  file: { right: read.code, path: (fileId: string) => `/files/${fileId}/share`, wanted: { mode: 'public' } },
  folder: { right: write.code, path: (_: string, folderId: string) => `/files/folders/${folderId}/share`, wanted: {} },
};

/** Links that are there already: how many are too many, how many more have expired, and whether they lead to the same target. */
const BOUNDS = {
  'good ones of the target': { most: 100, expired: 150, revokedAt: null, ofTarget: true },
  'all of the maker': { most: 10_000, expired: 0, revokedAt: 'now()', ofTarget: false },
};

for (const [kind, { path, wanted }] of Object.entries(KINDS))
  for (const [name, { most, expired, revokedAt, ofTarget }] of Object.entries(BOUNDS))
    test(`no more links to a ${kind} are made than may be, counted over ${name}, and one entry tells of all revoked`, async (t) => {
      const app = await testApp(t);
      const sara = fileOwner(app);
      const ids = { file: '', folder: '' };
      for (const each of ofTarget ? ['it'] : ['other', 'it']) {
        ids.file = await releasedFile(app, sara);
        ids.folder = (await sara.post('/files/folders', { name: each })).body.id;
        if (each === 'it' && !ofTarget) break;
        const { rowCount } = await app.database.pool.query(
          `insert into files.link (id, ${kind}_id, mode, max_downloads, created_by, token_hash, expires_at, revoked_at)
           select gen_random_uuid(), $1::uuid, $2, 1, $3::uuid, sha256(n::text::bytea),
             now() + case when n > $4::int then -interval '1 hour' else interval '1 day' end, ${revokedAt}
           from generate_series(2, $4::int + $5::int) n`,
          [kind === 'file' ? ids.file : ids.folder, kind === 'file' ? 'public' : 'upload', sara.userId, most, expired],
        );
        assert.equal(rowCount, most + expired - 1);
      }
      const make = () => sara.post(path(ids.file, ids.folder), { ...wanted, password: 'a-password' });
      const links = kind === 'file' ? `/files/${ids.file}/links` : `/files/folders/${ids.folder}/links`;

      const answers = [codeOf(await make()), codeOf(await make())];
      const parallel = await Promise.all([make(), make()]);
      const { status } = await sara.delete(links);

      assert.deepEqual([...answers, ...parallel.map(codeOf)], ['201', ...Array(3).fill('409 files.too_many_links')]);
      assert.equal(status, 204);
      const { rows } = await app.database.pool.query<{ bytes: number }>(
        `select octet_length(sealed) as bytes from audit.entry join audit.payload on entry_id = id
         where action = 'files.links_revoked'`,
      );
      assert.ok(rows.length === 1 && (rows[0]?.bytes ?? Infinity) < 5000, JSON.stringify(rows)); // a hundred ids at most
      assert.equal(codeOf(await make()), ofTarget ? '201' : '409 files.too_many_links');
    });

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
