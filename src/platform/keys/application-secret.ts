import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The application secret: `given`, or the one in the data folder, which is created at the first start. */
export async function loadSecret(given: string | null, dataDir: string): Promise<string> {
  return given ?? loadCreated(dataDir, 'secret', () => randomBytes(48).toString('base64'));
}

/** The secret in the data folder; null when there is none yet. */
export async function findSecret(dataDir: string): Promise<string | null> {
  return readFile(join(dataDir, 'secret'), 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  });
}

/** Makes `secret`, which a backup had, the one in the data folder. Does not replace one. */
export async function keepSecret(dataDir: string, secret: string): Promise<void> {
  await loadCreated(dataDir, 'secret', () => secret);
}

/** Reverses `keepSecret` where nothing was encrypted by it. */
export async function forgetSecret(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'secret'), { force: true });
}

/** The key of the captured mailbox: `given`, or the one in the data folder, which is created when it is first needed. */
export async function loadMailboxKey(given: string | null, dataDir: string): Promise<string> {
  return given ?? loadCreated(dataDir, 'mailbox-key', () => randomBytes(24).toString('base64url'));
}

/**
 * The content of a file that only the owner can read; without one, it is created. Two processes that do this at the
 * same time get the same content.
 */
async function loadCreated(dataDir: string, name: string, create: () => string): Promise<string> {
  const path = join(dataDir, name);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  await writeFile(draft, create(), { mode: 0o600, flush: true });
  try {
    await link(draft, path); // atomic, and does not replace a secret that another process has created meanwhile
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  await chmod(path, 0o600);
  return readFile(path, 'utf8');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
