import { ApiError, take, type Export } from '#client';
import { LEFT, type Progress } from '#app/dock/work.ts';
import { client } from '#app/server/client.ts';
import { pathOf, searchOf, type ApiCall } from './call.tsx';
import { saveFile } from './save-file.ts';

export const EXPORTS = '/api/v1/exports';
const ASKED_FIRST_MS = 300;
const ASKED_EVERY_MS = 3000; // at last: a large one takes minutes
const MOST = 100; // more than anybody may have

/** Asks the server for all rows of a list as a file. Where there is no room for one more, the oldest that has ended goes. */
export async function askForExport(call: ApiCall, format: Export['format'], signal: AbortSignal): Promise<Export> {
  const ask = () =>
    take(client.api.POST(EXPORTS, { body: { path: pathOf(call), query: searchOf(call), format }, signal }));
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'exports.quota_used') || !(await deleteOldest())) throw error;
    return ask();
  }
}

async function deleteOldest(): Promise<boolean> {
  const { items } = await take(client.api.GET(EXPORTS, { params: { query: { pageSize: MOST } } }));
  const oldest = items.findLast(({ endedAt }) => endedAt !== null); // the newest comes first
  if (oldest) await deleteExport(oldest.id);
  return oldest !== undefined;
}

/**
 * Follows an export to its end. When the user cancels, the server stops too; when the page is left, it goes on there.
 * @throws what the server says
 */
export async function followExport(
  id: string,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Export> {
  const params = { path: { id } };
  try {
    for (let waitMs = ASKED_FIRST_MS; ; waitMs = Math.min(waitMs * 1.5, ASKED_EVERY_MS)) {
      const found = await take(client.api.GET(`${EXPORTS}/{id}`, { params, signal }));
      report({ done: found.rowCount, total: null });
      if (found.status === 'failed' || found.status === 'done') return found;
      await rest(waitMs, signal);
    }
  } catch (error) {
    if (signal.aborted && signal.reason !== LEFT) await deleteExport(id);
    throw error;
  }
}

/** Ends it if it waits or runs. */
export async function deleteExport(id: string): Promise<void> {
  await take(client.api.DELETE(`${EXPORTS}/{id}`, { params: { path: { id } } }));
}

/** Gives the browser the file of an export that is done. */
export async function downloadExport({ id, path, format, createdAt }: Export): Promise<void> {
  const content: Blob = await take(
    client.api.GET(`${EXPORTS}/{id}/content`, { params: { path: { id } }, parseAs: 'blob' }),
  );
  saveFile(content, toFileName(path, createdAt, format));
}

/** `users-2026-11-25.csv`. */
function toFileName(path: string, createdAt: string, format: string): string {
  const name = path.replace(/^\/api\/v\d+\//, '').replaceAll(/[^a-z0-9]+/gi, '-');
  return `${name}-${createdAt.slice(0, 10)}.${format}`;
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
