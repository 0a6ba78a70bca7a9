import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp } from '#testing/app.ts';
import { exported, origin, recordMany, verifierCommand } from '#testing/trail/trail.ts';
import { verifyExport } from '#verifier/verify.ts';
import { auditPermissions } from '../contract.ts';

/** Characters that some tools take for the end of a line. */
const SEPARATORS = '\u2028 \u2029 \u0085 \u000b \u000c';

test('texts with separators of lines are verified, in an export and in an archive', async (t) => {
  const app = await testApp(t);
  const keeper = app.signIn(auditPermissions.read, auditPermissions.manage);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-export-'));
  t.after(() => rm(folder, { recursive: true }));
  await app.database.units.write(system('probe', origin), async ({ audit }: AnyUnit) =>
    audit({ action: 'probe.done', resourceType: 'thing', resourceId: SEPARATORS, payload: { said: SEPARATORS } }),
  );
  await app.audit.anchor();
  await recordMany(app, 1);
  const file = join(folder, 'trail.ndjson');
  await writeFile(file, (await Array.fromAsync(app.audit.exportTrail(() => {}))).join(''));
  const key: string = (await keeper.get('/audit/keys')).body.items[0].verifierKey;

  const { code, out } = await verifierCommand(file, '--key', key);
  await app.audit.anchor();
  await keeper.post('/audit/archives', { before: new Date(Date.now() + 3_600_000).toISOString() });
  await app.drain();
  const archives = await Array.fromAsync(app.audit.archives.verify());

  assert.equal(code, 0, out);
  assert.deepEqual(
    archives.map(({ firstBreak }) => firstBreak),
    [null],
  );
});

test('what cannot be read is exit code 2, and no text of a file reaches a terminal as a command', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 2);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-export-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'trail.ndjson');
  const [header = '', ...others] = await exported(app);
  const forged = '\r\u001b[2KVALID: 2 entries of a log';
  const renamed = JSON.stringify({ ...JSON.parse(header), origin: forged });
  const contents: (string | Buffer)[] = [
    [renamed, ...others].join('\n'),
    `${header}\n${forged}`,
    Buffer.concat([Buffer.from(`${header}\n`), Buffer.of(0xff, 0xfe)]),
  ];

  for (const content of contents) {
    await writeFile(file, content);
    const { code, out } = await verifierCommand(file);
    assert.deepEqual([code, /\p{Cc}/u.test(out.trimEnd())], [2, false], out);
  }
  for (const words of [[folder], [join(folder, 'none')], [file, '--kye', 'x'], [file, '--checkpoint', folder]])
    assert.equal((await verifierCommand(...words)).code, 2, words.join(' '));
});

test('a file with many breaks has a verdict of bounded size', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 2);
  const lines = await exported(app);
  const more = Array.from({ length: 20_000 }, (_, at) => `{"kind":"entry","sequence":${at + 3},"id":null,"x":1}`);

  const { isValid, breaks } = await verifyExport([...lines.slice(0, -1), ...more, ...lines.slice(-1)]);

  assert.equal(isValid, false);
  assert.ok(breaks.length <= 2000, `${breaks.length} breaks`);
});
