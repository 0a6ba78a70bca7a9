import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { copyOut } from '../copy.ts';
import { readTar, type TarEntry } from './tar.ts';

const DATA = 'd'.charCodeAt(0);

/**
 * The files of a cluster that runs, with the label of `pg_backup_start` and the write-ahead log from there to
 * `pg_backup_stop`: together they start as that cluster was at the end. PostgreSQL checks its page checksums meanwhile. A slot
 * of this connection keeps it from removing the log; both end with the process.
 */
export async function* readBaseBackup(directUrl: string): AsyncGenerator<TarEntry> {
  const client = new pg.Client({ connectionString: directUrl, replication: 'true' } as pg.ClientConfig); // not in its types
  client.on('error', () => {}); // the command that is under way rejects with it
  await client.connect();
  try {
    const slot = `bonyan_backup_${randomBytes(6).toString('hex')}`;
    await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY PHYSICAL (RESERVE_WAL)`);
    yield* readTar(
      copyOut(client, `BASE_BACKUP (LABEL 'bonyan', CHECKPOINT 'fast', WAL true, MANIFEST 'no')`, contentOf),
    );
  } finally {
    await client.end();
  }
}

/** Its messages begin with a letter: only those with data are content. */
function contentOf(message: Buffer): Buffer {
  return message[0] === DATA ? message.subarray(1) : message.subarray(0, 0);
}
