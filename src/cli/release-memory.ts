import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Call it at the end of the start of a server: saves the compile cache for the next start, and releases the memory that
 * only the start has used (50 of 200 MB; V8 would keep it). Takes about 100 ms, so call it before the first request.
 */
export function releaseStartMemory(): void {
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
