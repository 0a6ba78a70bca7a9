import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RelayNodeOptions {
  readonly databaseUrl: string;
  readonly clickHouseUrl: string;
  /** How far its clock is ahead. */
  readonly aheadMs: number;
}

/** Runs `relay-node.ts`, and kills it `afterMs` after it has begun to copy; resolves when it is gone. */
export async function killRelay(options: RelayNodeOptions, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'relay-node.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, RELAY_NODE: JSON.stringify(options) },
  });
  const exited = once(child, 'exit');
  try {
    const [told] = await Promise.race([once(child, 'message'), exited]);
    if (told !== 'ready') throw new Error('the node has ended before it copied');
    await sleep(afterMs);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}
