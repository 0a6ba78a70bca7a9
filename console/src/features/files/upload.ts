import { useQueryClient } from '@tanstack/react-query';
import { ApiError, type Upload } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { WorkError, type Work } from '#app/dock/work.ts';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const AT_ONCE = 3; // of one choice of files; the server takes ten of one person

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
        upload?.pause();
      },
      go() {
        isHeld = false;
        upload?.resume();
      },
    },
    async run(report, signal) {
      report({ done: 0, total: file.size });
      upload = client.upload(file, {
        ...(folderId !== null && { folderId }),
        store: localStorage, // a file that is chosen again after a reload goes on where it was
        onProgress: ({ sentBytes, totalBytes }) => report({ done: sentBytes, total: totalBytes }),
        signal,
      });
      if (isHeld) upload.pause();
      try {
        await upload.done;
      } catch (error) {
        if (signal.aborted || error instanceof ApiError) throw error;
        throw new WorkError(lost);
      } finally {
        [upload, isHeld] = [null, false];
      }
    },
  };
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
