import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runJob } from '#testing/accounts.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { fetchBytes, fileOwner, releasedFile } from '#testing/files/uploads.ts';
import { isLong, until } from './stage.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const [KILLS, SIZE_BYTES] = isLong ? [50, 40_000_000] : [2, 10_000_000];
const LIMIT_MS = 60_000;

const bounded = { timeout: 60_000 + KILLS * 10_000 };

test('a worker that is killed while it rewrites an object loses no byte and leaves no object', bounded, async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const content = randomBytes(SIZE_BYTES).fill(1, 0, 4);
  const id = await releasedFile(app, sara, { name: 'a.bin', content });
  const isWhole = async () => (await fetchBytes(app, sara.userId, `/files/${id}/download`)).bytes.equals(content);
  const environment = {
    PATH: process.env['PATH'],
    DATABASE_URL: app.databaseUrl,
    BONYAN_DATA_DIR: app.dataDir,
    BONYAN_SECRET: SECRET,
    BONYAN_LOG_LEVEL: 'silent',
  };

  for (let kill = 0; kill < KILLS; kill++) {
    const isEncrypted = kill % 2 === 0;
    await sara.post(`/files/${isEncrypted ? 'encrypt' : 'decrypt'}/${id}`);
    const worker = spawn(process.execPath, [MAIN, 'worker'], { env: environment, stdio: 'ignore' });
    const ended = once(worker, 'exit');
    t.after(() => worker.kill('SIGKILL'));
    await until(
      async () => {
        const { rowCount } = await app.database.pool.query('select 1 from files.removal');
        return rowCount !== 0;
      },
      LIMIT_MS,
      'the first write of the rewriting',
    );
    await sleep(Math.random() * (isLong ? 500 : 150)); // any point of the copy, of the commit, or after it
    worker.kill('SIGKILL');
    await ended;

    assert.ok(await isWhole(), `after kill ${kill}`);
    await app.drain(60_000); // the lease is over
    await app.database.pool.query('update files.removal set due_at = now()');
    await runJob(app, 'files.tidy');
    const { body } = await sara.get(`/files/${id}`);
    assert.deepEqual([body.isEncrypted, body.encryptionStage], [isEncrypted, null], `after kill ${kill}`);
    assert.ok(await isWhole(), `after recovery ${kill}`);
    const objects = (await app.storage.list('files/')).objects.map(({ key }) => key);
    assert.equal(objects.length, 1, objects.join());
  }
});
