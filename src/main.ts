#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './platform/folders.ts';

// Caches compiled code without types: compiling it takes a third of the start and 20 MB. The cache is in the folder of
// the user: in a shared folder another user could put code that this one would run. In a read-only folder nothing is
// cached.
const cache = process.env['XDG_CACHE_HOME'] ?? homeCache();
if (cache !== null) cacheCode(join(cache, 'bonyan'));
const { runCommand } = await import('./cli/run.ts');

process.exitCode = await runCommand(process.argv.slice(2));

/** Not where the folder cannot be made: there `enableCompileCache` may never return. */
function cacheCode(folder: string): void {
  try {
    makeFolder(folder);
    enableCompileCache(folder);
  } catch {
    // The start takes a little longer.
  }
}

/** Null without HOME for a user id that has no account entry. */
function homeCache(): string | null {
  try {
    return join(homedir(), '.cache');
  } catch {
    return null;
  }
}
