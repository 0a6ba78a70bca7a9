import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import type { StoredFile } from '../queries.ts';
import { words } from './words.ts';

/** What browsers play; the server gives each of these types inline. */
export const PLAYED = /^(?:audio\/(?:mpeg|mp4|aac|wav|ogg|flac)|video\/(?:mp4|webm|ogg))$/;
const PIECE_BYTES = 4_000_000;
const IN_MEMORY_BYTES = 100_000_000;

/**
 * A player for audio and video. The access token is in memory, where the element that plays cannot send it: the bytes are
 * read here, piece by piece, when somebody wants to play them, and not beyond what fits into memory.
 */
export function Media({ file }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const [isWanted, setWanted] = useState(false);
  const size = file.sizeBytes ?? 0;
  if (isWanted) return <Player file={file} size={size} />;
  return (
    <div className="bg-raised border-line mx-5 grid min-h-28 place-items-center rounded-lg border p-3">
      {size > IN_MEMORY_BYTES ? (
        <p className="text-ink2">{say.tooLargeToPlay(fmt.bytes(IN_MEMORY_BYTES))}</p>
      ) : (
        <Button onClick={() => setWanted(true)}>
          <Icon name="play" />
          {say.play(fmt.bytes(size))}
        </Button>
      )}
    </div>
  );
}

function Player({ file, size }: { readonly file: StoredFile; readonly size: number }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { id, fileName, sha256, contentType } = file;
  const [done, setDone] = useState(0);
  const { data, error, refetch } = useQuery({
    queryKey: ['file-media', id, sha256], // the bytes, so not renewed with what is known of the file
    queryFn: ({ signal }) => readPieces(file, size, setDone, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  const url = useObjectUrl(data);
  const [isBroken, setBroken] = useState(false);
  const shown = { src: url ?? '', controls: true, autoPlay: true, 'aria-label': say.preview(fileName) };
  const onError = () => setBroken(true);
  return (
    <div className="bg-raised border-line mx-5 grid min-h-28 place-items-center rounded-lg border p-3">
      {error && <Button onClick={() => void refetch()}>{say.playAgain}</Button>}
      {isBroken && <p className="text-ink2">{say.cannotPlay}</p>}
      {url === null && !error && (
        <label className="grid w-64 gap-2">
          {say.loading(fmt.bytes(done), fmt.bytes(size))}
          <progress max={size} value={done} className="h-1.5 w-full" />
        </label>
      )}
      {url !== null && !isBroken && contentType.startsWith('audio/') && (
        <audio {...shown} onError={onError} className="w-full" />
      )}
      {url !== null && !isBroken && contentType.startsWith('video/') && (
        <video {...shown} onError={onError} className="max-h-96 w-full" />
      )}
    </div>
  );
}

async function readPieces(
  { id: fileId, contentType }: StoredFile,
  size: number,
  onDone: (bytes: number) => void,
  signal: AbortSignal,
) {
  const pieces: Blob[] = [];
  for (let start = 0; start < size; start += PIECE_BYTES) {
    const end = Math.min(start + PIECE_BYTES, size) - 1;
    const piece = await take(
      client.api.GET('/api/v1/files/{fileId}/stream', {
        params: { path: { fileId } },
        headers: { range: `bytes=${start}-${end}` },
        parseAs: 'blob',
        signal,
      }),
    );
    if (piece) pieces.push(piece);
    onDone(end + 1);
  }
  return new Blob(pieces, { type: contentType });
}

/** An address of these bytes within this page, for as long as they are shown. */
export function useObjectUrl(blob: Blob | null | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
