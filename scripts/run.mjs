/**
 * `node scripts/run.mjs [options of Node…] FILE [arguments…]`: installs what FILE needs and runs it under the pinned
 * Node. All npm scripts use this file instead of `pre` scripts, because npm skips `pre` scripts where install scripts
 * are blocked. They start it by `exec`, because npm sends signals to the shell, which would not pass them on.
 */
import { spawn } from 'node:child_process';
import { withCompileCache } from './cache.mjs';
import { buildConsole } from './console.mjs';
import { chooseNode } from './node.mjs';
import { prepare } from './prepare.mjs';

const words = process.argv.slice(2);
const PROGRAM = 'src/main.ts';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const interrupted = new AbortController();
const interrupt = (signal) => interrupted.abort(signal);
for (const signal of signals) process.on(signal, interrupt);

try {
  await prepare(!words.includes(PROGRAM), interrupted.signal);
  if (words.includes(PROGRAM) && words.includes('serve')) await buildConsole(interrupted.signal, true);
  interrupted.signal.throwIfAborted();
  run(chooseNode());
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error.message);
  // A server that was told to stop has done so.
  process.exitCode = interrupted.signal.aborted && words.some((word) => /^(serve|worker)$/.test(word)) ? 0 : 1;
}

function run(node) {
  const env = withCompileCache(process.env);
  for (const signal of signals) process.off(signal, interrupt);
  // A newer Node is replaced by the program; an older one stays as its parent and passes signals and the exit code on.
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...words], env);
  const child = spawn(node, words, { env, stdio: 'inherit', shell: process.platform === 'win32' });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
