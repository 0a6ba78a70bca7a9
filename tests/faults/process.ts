import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface HolderOptions {
  /** Address of the database. */
  readonly url: string;
  readonly leaseMs: number;
  /** Whether it waits at each claimed item for a message to continue. */
  readonly waits?: boolean;
  /** Delivers over RabbitMQ; default: in process. */
  readonly broker?: { readonly url: string; readonly prefix: string };
}

export interface Holder {
  readonly child: ChildProcess;
  readonly nodeId: string;
  /** `kill -9`; resolves when it has ended. */
  kill(): Promise<void>;
  /** Stops it; resolves when its work has ended, with or without success. */
  end(): Promise<void>;
}

/** A node in a separate process; it is killed when `t` ends, also if it is frozen. */
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
