#!/bin/sh
':' //; node --version >/dev/null 2>&1 || PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/' | tr '\n' ':'); exec node "$0" "$@"
// A shell reads the line above: npm puts the pinned Node first in PATH, which does not run on a system without its
// libraries; then the next one of PATH reads this file. Plain JavaScript for Node 18 and later: it replaces itself by
// the pinned Node with the program.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCompileCache } from '../scripts/cache.mjs';
import { findNode } from '../scripts/node.mjs';

const PROGRAM = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'main.js');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

try {
  run(findNode(), ['--max-semi-space-size=64', PROGRAM, ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function run(node, words) {
  const env = withCompileCache(process.env);
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...words], env);
  // An older Node stays as the parent, and passes signals and the exit code on.
  const child = spawn(node, words, { env, stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
