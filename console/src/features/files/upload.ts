import { useQueryClient } from '@tanstack/react-query';
import type { DetailedError, Upload } from 'tus-js-client';
import { ApiError, take, type Problem } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { WorkError, type Work } from '#app/dock/work.ts';
import { client } from '#app/server/client.ts';
import { currentLanguage, useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const AT_ONCE = 3; // of one choice of files; the server takes ten of one person
const CHUNK_BYTES = 16 * 1024 * 1024;
const RETRY_MS = [0, 1000, 2000, ...Array.from({ length: 500 }, () => 5000)]; // an hour of silence at most
const AGAIN = new Set([0, 409, 423, 429, 500, 502, 503, 504]); // 0: there was no answer

/** Uploads files into a folder, or to the top, each as an entry of the dock. A connection that breaks is waited for. */
export function useUpload(folderId: string | null) {
  const dock = useDock();
  const queries = useQueryClient();
  const say = useTexts(words);
  return (files: readonly File[]) => {
    const inTurn = createTurns(AT_ONCE);
    for (const file of files) {
      const work = uploadOf(file, folderId, say.lost);
      dock.start({
        ...work,
        title: say.uploading(file.name),
        run: async (report, signal) => {
          await inTurn(() => work.run(report, signal), signal);
          await queries.invalidateQueries({ queryKey: ['files'] });
          return say.uploaded;
        },
      });
    }
  };
}

function uploadOf(file: File, folderId: string | null, lost: string): Omit<Work, 'title'> {
  let upload: Upload | null = null;
  let isHeld = false;
  return {
    unit: 'bytes',
    pause: {
      hold() {
        isHeld = true;
        void upload?.abort();
      },
      go() {
        isHeld = false;
        upload?.start();
      },
    },
    async run(report, signal) {
      isHeld = false;
      report({ done: 0, total: file.size });
      const uploadUrl = await begin(file, folderId, signal);
      const tus = await import('tus-js-client');
      signal.throwIfAborted();
      const ends = new AbortController();
      try {
        await new Promise<void>((resolve, reject) => {
          const own = new tus.Upload(file, {
            uploadUrl, // holds a token of its own: the upload outlives the access token
            headers: { 'accept-language': currentLanguage() },
            chunkSize: CHUNK_BYTES,
            retryDelays: RETRY_MS,
            storeFingerprintForResuming: false,
            onShouldRetry: (error) => AGAIN.has(statusOf(error)),
            onProgress: (done) => report({ done, total: file.size }),
            onError: (error) => reject(toError(error, lost)),
            onSuccess: () => resolve(),
          });
          upload = own;
          const resume = () => void (isHeld || own.abort().then(() => own.start()));
          const stop = () => {
            void own.abort(true).catch(() => {}); // what has arrived expires on the server in any case
            reject(signal.reason as Error);
          };
          addEventListener('online', resume, { signal: ends.signal });
          signal.addEventListener('abort', stop, { signal: ends.signal });
          if (!isHeld) own.start();
        });
      } finally {
        ends.abort();
        upload = null;
      }
    },
  };
}

/** The address of a new upload. @throws `ApiError` when name, type, size or quota are refused */
async function begin(file: File, folderId: string | null, signal: AbortSignal): Promise<string> {
  const metadata = { filename: file.name, ...(file.type && { filetype: file.type }), ...(folderId && { folderId }) };
  const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${toBase64(value)}`);
  const answer = client.api.POST('/api/v1/files/uploads', {
    params: {
      header: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': String(file.size) as never,
        'Upload-Metadata': pairs.join(','),
      },
    },
    body: undefined as never, // the bytes come later
    parseAs: 'text',
    signal,
  });
  await take(answer);
  const { response } = await answer;
  return new URL(response.headers.get('location') ?? '', response.url).href;
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function statusOf(error: Error | DetailedError): number {
  return 'originalResponse' in error ? (error.originalResponse?.getStatus() ?? 0) : 0;
}

/** In the words of the server, where it has answered. */
function toError(error: Error | DetailedError, lost: string): Error {
  const body = 'originalResponse' in error ? error.originalResponse?.getBody() : undefined;
  try {
    const problem = JSON.parse(body ?? '') as Problem;
    return problem.code ? new ApiError(problem) : new WorkError(lost);
  } catch {
    return new WorkError(lost);
  }
}

/** Lets `count` works run at once; the others wait in their order. */
function createTurns(count: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function inTurn<R>(work: () => Promise<R>, signal: AbortSignal): Promise<R> {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
