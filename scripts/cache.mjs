import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The environment of the program, with a folder where Node keeps compiled code without types: compiling takes a third of
 * the start, and what removes types 11 MB. Node must know the folder before it reads the program. It belongs to the
 * user: in a shared folder another user could put code that this one would run. Where there can be none, nothing is
 * cached.
 */
export function withCompileCache(env) {
  if (env.NODE_COMPILE_CACHE) return env;
  try {
    const parent = env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const folder = join(parent, 'bonyan');
    // Not by `recursive`, which never returns where the system makes no folders, such as below /proc.
    for (const path of [parent, folder]) if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    return { ...env, NODE_COMPILE_CACHE: folder };
  } catch {
    return env; // or a user id without an account entry and HOME
  }
}
