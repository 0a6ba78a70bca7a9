import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface JobNodeOptions {
  /** Address of the database. */
  readonly url: string;
  readonly leaseSeconds: number;
  /** How far its clock is ahead. */
  readonly skewMs: number;
}

interface Told {
  readonly begun?: string;
  readonly aborted?: string;
}

/** Starts `job-node.ts`; it is killed when `t` ends, also if it is frozen. */
export async function startJobNode(t: TestContext, options: JobNodeOptions) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'job-node.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, JOB_NODE: JSON.stringify(options) },
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [{ started: nodeId }] = (await once(child, 'message')) as [{ started: string }];
  const told: Told[] = [];
  child.on('message', (message: Told) => told.push(message));
  return {
    nodeId,
    /** What it has told: that runs have begun, or that their signals aborted. */
    told,
    kill: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void child.kill(signal),
    goOn: () => void child.send('go on'),
  };
}
