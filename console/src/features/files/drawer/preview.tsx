import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import type { StoredFile } from '../queries.ts';
import { Media, PLAYED, useObjectUrl } from './media.tsx';
import { words } from './words.ts';

const PICTURES = /^image\/(?:jpeg|png|webp|gif|avif)$/;
const TEXT_BYTES = 8192;

/** The picture, the beginning of a text, or a player; nothing for all others. The server records it as an access. */
export function Preview({ file }: { readonly file: StoredFile }) {
  if (file.storageStatus !== 'available') return null;
  if (PICTURES.test(file.contentType)) return <Picture file={file} />;
  if (file.contentType === 'text/plain') return <Beginning file={file} />;
  return PLAYED.test(file.contentType) ? <Media file={file} /> : null;
}

function Picture({ file: { id: fileId, fileName, sha256 } }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const { data } = useQuery({
    queryKey: ['file-pictures', fileId, sha256], // the bytes, so not renewed with what is known of the file
    queryFn: ({ signal }) =>
      take(
        client.api.GET('/api/v1/files/{fileId}/image', {
          params: { path: { fileId }, query: { width: 1200, height: 640, fit: 'inside', format: 'webp' } },
          parseAs: 'blob',
          signal,
        }),
      ),
    staleTime: Infinity,
  });
  const url = useObjectUrl(data);
  return (
    <div className="bg-raised border-line mx-5 grid h-64 place-items-center overflow-hidden rounded-lg border">
      {url && <img src={url} alt={say.preview(fileName)} className="max-h-64 max-w-full object-contain" />}
    </div>
  );
}

function Beginning({ file: { id: fileId, fileName, sha256 } }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const { data } = useQuery({
    queryKey: ['file-texts', fileId, sha256],
    queryFn: ({ signal }) =>
      take(
        client.api.GET('/api/v1/files/{fileId}/stream', {
          params: { path: { fileId } },
          headers: { range: `bytes=0-${TEXT_BYTES - 1}` },
          parseAs: 'text',
          signal,
        }),
      ),
    staleTime: Infinity,
  });
  return (
    <pre
      role="region"
      aria-label={say.preview(fileName)}
      tabIndex={0}
      dir="auto"
      className="bg-raised border-line mx-5 h-28 overflow-auto rounded-lg border p-3 font-mono text-[12px] leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {data}
    </pre>
  );
}
