import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DRAFT, hasCluster, syncFolder } from './cluster.ts';
import { layOut } from './layout.ts';
import { takeOwnership } from './open.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';

/** Whether the data folder has no cluster, of this or any other version. */
export function isNewFolder(dataDir: string): boolean {
  return !hasCluster(layOut(dataDir));
}

/**
 * Fills a data folder that is new. `make` leaves a cluster that was shut down in a draft of it, a data folder too; it
 * becomes the cluster at once, at the end. While `make` runs this process owns the folder; a failure leaves nothing, and a
 * process that was killed a draft, with which no server starts until it is filled again.
 */
export async function fillCluster<R>(dataDir: string, make: (draftDir: string) => Promise<R>): Promise<R> {
  const layout = layOut(dataDir);
  const owner = await takeOwnership(layout);
  const draft = join(layout.root, DRAFT);
  try {
    await removeDraft(draft);
    const result = await make(draft);
    renameSync(layOut(draft).cluster, layout.cluster);
    syncFolder(layout.root);
    return result;
  } finally {
    await removeDraft(draft);
    rmSync(layout.ownerPid, { force: true });
    owner.release();
  }
}

async function removeDraft(draft: string): Promise<void> {
  const left = findPostmaster(layOut(draft));
  if (left) await stopPostmaster(layOut(draft), left);
  rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
}
