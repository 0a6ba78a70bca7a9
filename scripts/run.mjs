/**
 * `node scripts/run.mjs [options of Node…] FILE [arguments…]`: prepares the tree and runs FILE under the pinned Node.
 * All npm scripts use this file instead of `pre` scripts, because npm skips `pre` scripts where install scripts are
 * blocked.
 */
import { spawn } from 'node:child_process';
import { pinnedNode, prepare } from './prepare.mjs';

const words = process.argv.slice(2);

try {
  prepare();
  run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function run() {
  // A newer Node is replaced by the program; an older one stays as its parent and passes signals and the exit code on.
  if (process.execve && process.platform !== 'win32') process.execve(pinnedNode, [pinnedNode, ...words], process.env);
  const child = spawn(pinnedNode, words, { stdio: 'inherit', shell: process.platform === 'win32' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
