import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Call it once, when a server has started: saves the compile cache for the next start, and releases the memory that
 * only the start needed (50 of 200 MB; otherwise V8 keeps it). Takes about 100 ms, in which no request is answered.
 */
export function releaseStartMemory(): void {
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
