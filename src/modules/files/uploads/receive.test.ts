import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { system, type Actor } from '#kernel/access.ts';
import type { Form, FormPart } from '#platform/http/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { fetchBytes, fileOwner } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';
import type { FilesConfig, FilesNeeds } from '../needs.ts';
import type { FilesTables } from '../tables.ts';
import { createPlaces } from '../places/service.ts';
import { createRights } from '../rights/service.ts';
import { createValidation } from '../validation/verdict.ts';
import { createReceiving } from './receive.ts';

const config: FilesConfig = {
  filesMaxBytes: 1000,
  filesMaxBytesByModule: new Map(),
  filesMaxCount: 0,
  filesQuotaBytes: 0,
  filesAllow: [],
  filesScannerDown: 'wait',
  clamavMaxBytes: 25_000_000,
  filesUnscannable: 'refuse',
  filesVersions: 10,
  filesTrashDays: 30,
  filesLinksPerMinute: 0,
  publicUrl: 'http://localhost',
};

function receivingOf(app: TestApp, db: FilesNeeds['db'] = app.database.forModule<FilesTables>()) {
  return createReceiving({
    db,
    storage: app.storage,
    config,
    validation: createValidation(config),
    places: createPlaces(),
    rights: createRights({
      callerOf: ({ id }) => ({ type: 'user', id, sessionId: null }),
      permissionsOf: () => new Set([filePermissions.write.code]),
    }),
  });
}

function formOf(parts: () => AsyncGenerator<FormPart, void>): Form {
  return { parts: parts(), checkDigest: () => {}, stop: () => {} };
}

const filePart = (content: string): FormPart => ({
  kind: 'file',
  name: 'file',
  fileName: 'a.txt',
  contentType: '',
  content: Readable.from([Buffer.from(content)]),
});

const actorOf = (userId: string): Actor => ({ ...system('files'), type: 'user', id: userId });

test('an upload whose commit succeeded keeps its bytes, although the answer of the database was lost', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const real = app.database.forModule<FilesTables>();
  let isLost = false;
  const db: FilesNeeds['db'] = {
    ...real,
    async write(actor, work) {
      const answer = await real.write(actor, work);
      if (!isLost) return answer;
      isLost = false;
      throw new Error('the connection was lost');
    },
  };
  const form = formOf(async function* () {
    yield filePart('kept');
    isLost = true; // the next unit makes it a file
  });

  await assert.rejects(receivingOf(app, db).receive(actorOf(sara.userId), form, null), /connection was lost/);
  const { rows: useless } = await app.database.pool.query('select object_key from files.removal');
  await app.drain();

  const { body } = await sara.get('/files/search');
  const [file] = body.items;
  assert.deepEqual(useless, []);
  assert.equal(file.storageStatus, 'available');
  assert.equal((await fetchBytes(app, sara.userId, `/files/${file.id}/download`)).text, 'kept');
});
