import { take } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import type { Progress } from '#app/dock/work.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import type { StoredFile } from './queries.ts';
import { words } from './words.ts';

const IN_MEMORY_BYTES = 100_000_000;
const LINK_SECONDS = 60;

type Report = (progress: Progress) => void;

/**
 * Downloads by the access token, in the dock. What is larger than 100 MB does not go through memory: the browser downloads it
 * by a link for one download within a minute, where the user may make one.
 */
export function useDownload() {
  const dock = useDock();
  const say = useTexts(words);
  const { id: me, can } = useMe();

  function file({ id: fileId, fileName, sizeBytes, ownerId }: StoredFile): void {
    const mayShare = can('files.share') && (ownerId === me || can('files.manage_all'));
    if ((sizeBytes ?? 0) > IN_MEMORY_BYTES && mayShare)
      return dock.start({ title: say.downloading(fileName), isOnServer: true, run: () => byLink(fileId) });
    bytes(fileName, sizeBytes, (signal) =>
      take(
        client.api.GET('/api/v1/files/{fileId}/download', { params: { path: { fileId } }, parseAs: 'stream', signal }),
      ),
    );
  }

  function version({ id: fileId, fileName }: StoredFile, versionId: string, sizeBytes: number | null): void {
    const params = { path: { fileId, versionId } };
    bytes(fileName, sizeBytes, (signal) =>
      take(
        client.api.GET('/api/v1/files/{fileId}/versions/{versionId}/download', { params, parseAs: 'stream', signal }),
      ),
    );
  }

  /** Several files as one archive; its size is not known before it is whole. */
  function archive(ids: readonly string[], name: string): void {
    bytes(name, null, (signal) =>
      take(client.api.POST('/api/v1/files/archive', { body: { ids: [...ids] }, parseAs: 'stream', signal })),
    );
  }

  function bytes(
    name: string,
    total: number | null,
    ask: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null>,
  ): void {
    dock.start({
      title: say.downloading(name),
      unit: 'bytes',
      async run(report, signal) {
        save(await collect(await ask(signal), total, report), name);
        return say.downloaded;
      },
    });
  }

  return { file, version, archive };
}

async function byLink(fileId: string): Promise<void> {
  const body = { mode: 'public' as const, expiresInSeconds: LINK_SECONDS, maxDownloads: 1 };
  const { url } = await take(client.api.POST('/api/v1/files/{fileId}/share', { params: { path: { fileId } }, body }));
  follow(url, '');
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  total: number | null,
  report: Report,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream?.getReader();
  let done = 0;
  for (;;) {
    const read = await reader?.read();
    if (!read || read.done) return new Blob(parts);
    parts.push(read.value);
    done += read.value.length;
    report({ done, total });
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** As a download, so that the page is not left. */
function follow(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
