#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Stripping types and compiling is a third of a start, and 20 MB. The user's own folder: in a shared one another user
// could leave code for this one to run. Where it cannot be written, nothing is kept.
const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
enableCompileCache(join(XDG_CACHE_HOME, 'bonyan'));
const { runCommand } = await import('./cli/commands.ts');

process.exitCode = await runCommand(process.argv.slice(2));
