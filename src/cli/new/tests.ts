import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import type { Command } from '../command.ts';

const ALL = '{modules,providers}/**/*.test.ts';

export const ownTests: Command = {
  name: 'test',
  summary: 'Run the tests of modules and providers of your own, on a PostgreSQL that is there for them alone',
  options: {},
  takesWords: true,
  help: `FILE…   files or patterns. Default: ${ALL}

TEST_DATABASE_URL names a server to use instead. Exits with 1 when a test fails.`,
  run: (_, files) => withServer((url) => runTests(files.length === 0 ? [ALL] : files, url)),
};

async function withServer(work: (url: string) => Promise<number>): Promise<number> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return work(given);
  const dataDir = await mkdtemp(join(tmpdir(), 'bonyan-test-'));
  try {
    // The data need not survive a crash.
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    const database = await openEmbeddedPostgres({ dataDir, mode: 'own', settings });
    try {
      return await work(database.adminUrl);
    } finally {
      await database.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runTests(files: readonly string[], url: string): Promise<number> {
  const env = { ...process.env, TEST_DATABASE_URL: url, NODE_TEST_CONTEXT: undefined };
  const child = spawn(process.execPath, ['--test', ...files], { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
