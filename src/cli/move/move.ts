import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { findFaults, toBesideConfig } from '#platform/backup/beside.ts';
import type { Config } from '#platform/config/load.ts';
import { loadSecret } from '#platform/keys/application-secret.ts';
import type { Log } from '#platform/log/port.ts';
import { moveInstallation, toSource } from '#platform/move/move.ts';
import { openObjects } from '#platform/open.ts';
import type { Command } from '../command.ts';
import { useApp, withApp } from '../context.ts';
import { describeSettings, loadTargetConfig, toShown, type Target } from './target.ts';

export const move: Command = {
  name: 'move',
  summary: 'Move the installation to another PostgreSQL, and its objects to S3',
  options: { to: { type: 'string' }, objects: { type: 'string' }, verify: { type: 'boolean' } },
  help: '--to DATABASE_URL   the new database: empty, and not through a transaction pooler\n--objects FILE      also moves the objects: to the storage whose settings FILE has, one in a line, as .env has them\n                    (S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY)\n--verify            also reads all objects on both sides, the chain of the audit trail, and every encrypted value\n\nRun it with the settings of the installation as it is; its server may run. Objects are copied first. Then the installation is\nread-only, all rows are copied and compared, and it stays read-only: nothing starts on it any more. A move that was\ninterrupted goes on when the same command is run again; `bonyan move cancel` ends it.\nExample: bonyan move --to postgres://bonyan@db.example.com/bonyan --objects s3.env --verify',
  async run({ to, objects, verify }) {
    if (typeof to !== 'string')
      throw Object.assign(new Error('--to DATABASE_URL is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    const target = { url: to, file: typeof objects === 'string' ? objects : null };
    const targetConfig = loadTargetConfig(target);
    return withApp('command', async (app, config, log) => {
      await moveTo(target, targetConfig, { app, verifies: verify === true });
      if (verify === true && !(await reportFaults(targetConfig, log))) return 1;
      for (const line of describeSettings(target, config, targetConfig)) console.log(line);
      return 0;
    });
  },
};

async function moveTo(
  { url, file }: Target,
  targetConfig: Config,
  { app, verifies }: { readonly app: App; readonly verifies: boolean },
): Promise<void> {
  const objects = file === null ? null : await openObjects(targetConfig);
  try {
    await moveInstallation(
      toSource(app),
      { url, shown: toShown(url), storage: objects?.storage ?? null },
      { verifies, say: (what) => console.log(what) },
    );
  } finally {
    objects?.close();
  }
}

/** Opens the moved installation as a command does. Whether it is whole; prints what is not. */
async function reportFaults(targetConfig: Config, log: Log): Promise<boolean> {
  const dataDir = resolve(targetConfig.dataDir);
  const secret = await loadSecret(targetConfig.secret, dataDir);
  const config = toBesideConfig(targetConfig, secret, targetConfig.databaseUrl ?? '', dataDir);
  const faults = await useApp({ config, kind: 'command', log }, async (app) => {
    await app.prepare();
    await app.audit.sealer.drain();
    return findFaults(app);
  });
  for (const fault of faults) console.error(`DIFFERS: ${fault}`);
  if (faults.length === 0) console.log('Equal: the audit trail is whole, and all encrypted values can be opened.');
  else console.error('Do not start the new installation. `bonyan move cancel` makes the old one usable again.');
  return faults.length === 0;
}
