#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Caches stripped and compiled code, which costs a third of a start and 20 MB. In the user's own folder: in a shared
// one another user could place code for this one to run. If the folder is read-only, nothing is cached.
const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
enableCompileCache(join(XDG_CACHE_HOME, 'bonyan'));
const { runCommand } = await import('./cli/run.ts');

process.exitCode = await runCommand(process.argv.slice(2));
