import { test } from 'node:test';
import { noS3 } from '#testing/files/stores.ts';
import { bounded, killUploads } from './kill-uploads.ts';
import { startServers } from './outside.ts';
import { isLong, until } from './stage.ts';

const skip = isLong ? noS3 : 'only in the long form: it starts a storage of its own';

test(
  'S3: after any kill, also of the storage, every acknowledged file is whole, and nothing else is left',
  { ...bounded(), skip },
  async (t) => {
    // prettier-ignore
    const servers = await startServers(t, ['s3']);
    const environment = Object.fromEntries(
      Object.entries(servers.environment).filter(([name]) => name.startsWith('S3_')),
    );
    const isBack = () => fetch(environment['S3_ENDPOINT'] ?? '').then(() => true);
    await killUploads(t, {
      environment,
      async killStorage() {
        await servers.crash('gateway');
        await until(isBack, 60_000, 'the storage is back');
      },
    });
  },
);
