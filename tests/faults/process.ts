import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface HolderOptions {
  /** Of the database. */
  readonly url: string;
  readonly leaseMs: number;
  /** Whether it stops at each item, with its claim, until it is told to go on. */
  readonly waits?: boolean;
  /** Delivers over RabbitMQ; without, within the processes. */
  readonly broker?: { readonly url: string; readonly prefix: string };
}

export interface Holder {
  readonly child: ChildProcess;
  readonly nodeId: string;
  /** `kill -9`; answers when it is gone. */
  kill(): Promise<void>;
  /** Its work has ended, one way or the other, when this resolves. */
  end(): Promise<void>;
}

/** A node in a process of its own; it is gone when `t` ends, frozen or not. */
export async function startHolder(t: TestContext, options: HolderOptions): Promise<Holder> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, HOLDER: JSON.stringify(options) },
  });
  const exited = once(child, 'exit');
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await exited;
  }
  t.after(kill);
  const [{ started: nodeId }] = (await once(child, 'message')) as [{ started: string }];
  return {
    child,
    nodeId,
    kill,
    async end() {
      child.send('end');
      await exited;
    },
  };
}
