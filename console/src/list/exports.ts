import { take, type Export } from '#client';
import type { Progress } from '#app/dock/work.ts';
import { client } from '#app/server/client.ts';
import { pathOf, searchOf, type ApiCall } from './call.tsx';

const PATH = '/api/v1/exports';
const ASKED_FIRST_MS = 300;
const ASKED_EVERY_MS = 3000; // at last: a large one takes minutes

/**
 * All rows of a list as a file, which the server makes in the background and forgets once it is here. When `signal` aborts,
 * the server stops too.
 * @throws what the server says, also when it refuses a page of the list
 */
export async function makeExport(
  call: ApiCall,
  format: Export['format'],
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<{ readonly rowCount: number; readonly content: Blob } | { readonly error: string | null }> {
  const { id } = await take(
    client.api.POST(PATH, { body: { path: pathOf(call), query: searchOf(call), format }, signal }),
  );
  const params = { path: { id } };
  try {
    for (let waitMs = ASKED_FIRST_MS; ; waitMs = Math.min(waitMs * 1.5, ASKED_EVERY_MS)) {
      const { status, rowCount, error } = await take(client.api.GET(`${PATH}/{id}`, { params, signal }));
      report({ done: rowCount, total: null });
      if (status === 'failed') return { error };
      if (status === 'done') break;
      await rest(waitMs, signal);
    }
    const content: Blob = await take(client.api.GET(`${PATH}/{id}/content`, { params, signal, parseAs: 'blob' }));
    const { rowCount } = await take(client.api.GET(`${PATH}/{id}`, { params, signal }));
    return { rowCount, content };
  } finally {
    await client.api.DELETE(`${PATH}/{id}`, { params });
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
