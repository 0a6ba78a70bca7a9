#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Caches compiled code without types: compiling it takes a third of the start and 20 MB. The cache is in the folder of
// the user: in a shared folder another user could put code that this one would run. In a read-only folder nothing is
// cached.
const cache = process.env['XDG_CACHE_HOME'] ?? homeCache();
if (cache !== null) enableCompileCache(join(cache, 'bonyan'));
const { runCommand } = await import('./cli/run.ts');

process.exitCode = await runCommand(process.argv.slice(2));

/** Null without HOME for a user id that has no account entry. */
function homeCache(): string | null {
  try {
    return join(homedir(), '.cache');
  } catch {
    return null;
  }
}
