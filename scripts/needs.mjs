import { accessSync, constants, existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** What prevents npm from installing into `folder`, and what to do about it; null when nothing does. */
export function findFault(folder) {
  const modules = join(folder, 'node_modules');
  if (!isWritable(existsSync(modules) ? modules : folder))
    return `The packages in ${modules} are missing or stale, and this user (${whoAmI()}) cannot write there: run \`npm start\` once as the owner of ${folder}, or give the folder to this user.`;
  const cache = process.env.npm_config_cache ?? join(home(), '.npm');
  if (!isWritable(nearest(cache)))
    return `npm cannot write its cache ${cache}: set HOME (or npm_config_cache) to a folder that this user (${whoAmI()}) can write.`;
  return null;
}

/**
 * What `make` creates in the folder for temporary files. @throws an error that names the setting where that folder cannot
 * be used; an entry that exists already is thrown as it is
 */
export function inTemporary(make) {
  try {
    return make(tmpdir());
  } catch (error) {
    if (error.code === 'EEXIST') throw error;
    throw new Error(
      `TMPDIR: ${tmpdir()} cannot be used (${error.code ?? error.message}). Set TMPDIR to a folder that this user (${whoAmI()}) can write.`,
      { cause: error },
    );
  }
}

/** A new folder for temporary files. @throws as `inTemporary` does */
export function makeTemporary(prefix) {
  return inTemporary((folder) => mkdtempSync(join(folder, prefix)));
}

/** A user id may have no entry in /etc/passwd, and no HOME. */
function home() {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

function whoAmI() {
  try {
    return userInfo().username;
  } catch {
    return `user id ${process.getuid()}`;
  }
}

/** The folder itself, or the next one above that exists. */
function nearest(folder) {
  return existsSync(folder) ? folder : nearest(dirname(folder));
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
