import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Actor } from '#kernel/access.ts';
import { createLru } from '#kernel/limits/lru.ts';
import type { ServedBytes } from '#platform/http/port.ts';
import { fileErrors } from '../contract.ts';
import { toDisposition } from '../serving/disposition.ts';
import type { AvailableFile, Serving } from '../serving/service.ts';
import { createPersonalBound, createTurns } from '../uploads/bounds.ts';
import { resize, type PictureSize } from '../inspection/pictures.ts';

export const PICTURES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]);
/** A picture is in memory as a whole while it is resized. */
const MAX_BYTES = 64 * 1024 * 1024;
/** One person may wait for so many pictures at once: a page with many. */
const PER_PERSON = 100;
const CACHED_BYTES = 32 * 1024 * 1024;
const CACHED_MS = 10 * 60_000; // so that nothing of a purged picture stays for longer

/** Pictures in other sizes. Each process keeps the latest in memory; nothing is stored, so nothing can be left behind. */
export function createImages({ serving }: { readonly serving: Serving }) {
  const made = createLru<Buffer>(CACHED_BYTES, CACHED_MS, ({ byteLength }) => byteLength);
  const inTurn = createTurns(availableParallelism());
  const inBounds = createPersonalBound(PER_PERSON);

  /** @throws `files.image_refused`, and as a download */
  function image(actor: Actor, id: string, size: PictureSize): Promise<ServedBytes> {
    return serving.make(actor, id, async (file, admission) => {
      const { sizeBytes, sha256, createdAt, contentAt, fileName } = file;
      if (!PICTURES.has(file.contentType)) throw fileErrors.imageRefused({ reason: 'type' });
      if (sizeBytes > MAX_BYTES) throw fileErrors.imageRefused({ reason: 'size' });
      const variant = `${size.width}x${size.height}-${size.fit}-${size.format}`;
      // By the file and not by its object: that others have the same picture must not be told by how fast the answer is.
      const key = `${file.id} ${sha256} ${variant}`;
      const bytes = made.get(key) ?? (await inBounds(actor.id, () => inTurn(() => makeImage(file, size))));
      made.set(key, bytes);
      return {
        sizeBytes: bytes.byteLength,
        etag: `"${sha256}-${variant}"`,
        modifiedAt: new Date(contentAt ?? createdAt),
        contentType: `image/${size.format}`,
        disposition: toDisposition('inline', `${fileName}.${size.format}`),
        async open(part) {
          await admission.admit(part);
          return Readable.from([part ? bytes.subarray(part.start, part.end + 1) : bytes]);
        },
        decline: async () => admission.decline(),
      };
    });
  }

  async function makeImage(file: AvailableFile, size: PictureSize): Promise<Buffer> {
    const bytes = await resize(await buffer(await serving.read(file)), size);
    if (!bytes) throw fileErrors.imageRefused({ reason: 'content' });
    return bytes;
  }

  return { image };
}

export type Images = ReturnType<typeof createImages>;
