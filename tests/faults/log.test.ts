import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { startServers } from './outside.ts';
import { isLong, SECRET, until } from './stage.ts';

const AWAY_MS = isLong ? 60_000 : 12_000; // longer than each loop's pause
const MAX_LINES = 3; // the database, the LISTEN connection, and one more for the moment of the cut
const skip = existsSync('/usr/lib/postgresql') ? false : 'PostgreSQL is not installed';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly failures?: number;
}

test(
  'a server and a worker without their database say it once, count, and say when it is back',
  { timeout: 120_000 + AWAY_MS, skip },
  async (t) => {
    const servers = await startServers(t, ['postgres']);
    const { dataDir, remove } = temporaryDataDir();
    const environment = {
      DATABASE_URL: servers.environment.DATABASE_URL,
      BONYAN_SECRET: SECRET,
      BONYAN_LOG_FORMAT: 'json',
      BONYAN_LOG_LEVEL: 'info',
    };
    const server = startServer(dataDir, environment);
    t.after(server.kill);
    await server.started;
    const worker = startServer(dataDir, environment, 'worker');
    t.after(worker.kill);
    t.after(remove);
    await worker.started;
    const processes = [server, worker];
    const before = processes.map((each) => linesOf(each.output()).length);
    const since = (index: number) => linesOf(processes[index]?.output() ?? '').slice(before[index]);
    const hasSaid = (index: number, words: string) => since(index).some(({ msg }) => msg.includes(words));

    await servers.down('postgres');
    await sleep(AWAY_MS);
    const away = processes.map((_, index) => since(index).filter(({ level }) => level >= 40));
    await servers.up('postgres');
    for (const index of processes.keys())
      await until(() => hasSaid(index, 'the database answers again'), 20_000, 'the end is told');

    for (const [index, lines] of away.entries()) {
      t.diagnostic(JSON.stringify(lines.map(({ msg }) => msg)));
      assert.ok(lines.length <= MAX_LINES, JSON.stringify(lines));
      assert.equal(lines.filter(({ msg }) => msg.startsWith('the database does not answer')).length, 1);
      const back = since(index).filter(({ msg }) => msg === 'the database answers again');
      t.diagnostic(JSON.stringify(back));
      assert.equal(back.length, 1);
      assert.ok((back[0]?.failures ?? 0) > 5);
    }
  },
);

function linesOf(output: string): Line[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}
