import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables, type AnyUnit } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { add, begun } from '#testing/files/resumable.ts';
import { fileOwner, putContent, releasedFile, sentUpload, upload } from '#testing/files/uploads.ts';

/** Connections that wait for this one. */
const BLOCKED = 'select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))';

interface World {
  readonly app: TestApp;
  readonly owner: ReturnType<typeof fileOwner>;
  readonly id: string;
  readonly folderId: string;
}

/** What is done before, and what then takes several locks. */
const UNITS: Record<string, (world: World) => Promise<() => Promise<unknown>>> = {
  upload:
    async ({ owner }) =>
    () =>
      upload(owner),
  'upload into a folder':
    async ({ owner, folderId }) =>
    () =>
      upload(owner, { fields: { folderId } }),
  'upload by a link': async ({ app, owner, folderId }) => {
    const { body: link } = await owner.post(`/files/folders/${folderId}/share`, {});
    return () => upload(app.anonymous, { path: `/files/public/${link.token}/files` });
  },
  'upload by several requests': async ({ owner }) => {
    const url = await begun(owner);
    return () => add(owner, url, 0, 'abc');
  },
  'upload to the storage': async ({ app, owner }) => {
    const sentId = await sentUpload(app, owner, 'sent');
    return () => owner.post(`/files/uploads/${sentId}/complete`);
  },
  'new content':
    async ({ owner, id }) =>
    () =>
      putContent(owner, id, { content: 'new' }),
  move:
    async ({ owner, id, folderId }) =>
    () =>
      owner.patch(`/files/${id}/move`, { folderId }),
  restore: async ({ owner, id }) => {
    await owner.delete(`/files/${id}`);
    return () => owner.post(`/files/${id}/restore`);
  },
  purge: async ({ owner, id }) => {
    await owner.delete(`/files/${id}`);
    return () => owner.delete(`/files/${id}/purge`);
  },
  'purge of what has expired': async ({ app, owner, id }) => {
    await owner.delete(`/files/${id}`);
    await app.database.pool.query("update files.file set deleted_at = now() - interval '40 days' where id = $1", [id]);
    return () => runJob(app, 'files.purge_trash');
  },
  'release of a new content': async ({ app, owner, id }) => {
    await putContent(owner, id, { content: 'new' });
    return () => app.drain();
  },
  'refusal at the gate': async ({ app, owner }) => {
    await upload(owner, { name: 'a.svg', content: '<svg onload="alert(1)"/>' });
    return () => app.drain();
  },
  'restore of a version': async ({ app, owner, id }) => {
    await putContent(owner, id, { content: 'new' });
    await app.drain();
    const [{ id: versionId }] = (await owner.get(`/files/${id}/versions`)).body.items;
    return () => owner.post(`/files/${id}/versions/${versionId}/restore`);
  },
  'purge of a folder': async ({ app, owner, id, folderId }) => {
    await owner.patch(`/files/${id}/move`, { folderId });
    await owner.delete(`/files/folders/${folderId}`);
    await app.drain();
    await owner.delete(`/files/folders/${folderId}/purge`);
    return () => app.drain();
  },
  erasure: async ({ app, owner }) => {
    const files = app.modules.find(({ name }) => name === 'files');
    const erase = (unit: AnyUnit) => files?.privacy.erase(unit, owner.userId) ?? Promise.resolve();
    return () => app.database.forModule().write(system('platform'), (unit) => erase(withoutTables(unit)));
  },
};

for (const [name, prepare] of Object.entries(UNITS))
  test(`the usage of the owner is locked before any file, link or upload: ${name}`, async (t) => {
    const app = await testApp(t);
    const owner = fileOwner(app);
    const { body: folder } = await owner.post('/files/folders', { name: 'a' });
    const id = await releasedFile(app, owner);
    const start = await prepare({ app, owner, id, folderId: folder.id });
    const other = await app.database.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from files.usage where owner_id = $1 for update', [owner.userId]);
      const running = start();
      // Asked on this connection, which the database would end if it were idle in its transaction.
      for (let tries = 0; (await other.query(BLOCKED)).rows.length === 0; tries++)
        assert.ok(tries < 100_000, 'it waits for nothing');

      await other.query('select from files.file where owner_id = $1 for update nowait', [owner.userId]);
      await other.query('select from files.upload where owner_id = $1 for update nowait', [owner.userId]);
      await other.query('select from files.link where created_by = $1 for update nowait', [owner.userId]);
      await other.query('select from files.blob for update nowait');
      await other.query('commit');
      await assert.doesNotReject(running);
    } finally {
      await other.query('rollback');
      other.release();
    }
  });
