import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Actor } from '#kernel/access.ts';
import { createLru } from '#kernel/limits/lru.ts';
import { createTurns } from '#kernel/limits/turns.ts';
import type { ServedBytes } from '#platform/http/port.ts';
import { fileErrors, type SquareView } from '../contract.ts';
import { toDisposition } from '../serving/disposition.ts';
import { orRefuse, type AvailableFile, type ServedPart, type Serving } from '../serving/service.ts';
import { createPersonalBound, createPersonalTurns } from '../uploads/bounds.ts';
import { MAX_PICTURE_BYTES, PICTURES, resize, toSquare, type PictureSize } from '../inspection/pictures.ts';

/** One person may wait for so many pictures at once: a page with many. */
const PER_PERSON = 100;
/** Resizing takes threads that reading files and hashing passwords need too: there are four by default. */
const MAX_TURNS = 2;
const CACHED_BYTES = 32 * 1024 * 1024;
const CACHED_MS = 10 * 60_000; // so that nothing of a purged picture stays for longer

/** Pictures in other sizes. Each process keeps the latest in memory; nothing is stored, so nothing can be left behind. */
export function createImages({ serving }: { readonly serving: Serving }) {
  const made = createLru<Buffer>(CACHED_BYTES, CACHED_MS, ({ byteLength }) => byteLength);
  const inTurn = createTurns(Math.min(availableParallelism(), MAX_TURNS));
  const inPersonalTurn = createPersonalTurns();
  const inBounds = createPersonalBound(PER_PERSON);
  const making = new Map<string, Promise<Buffer>>();

  /** @throws `files.image_refused`, and as a download */
  function image(actor: Actor, id: string, size: PictureSize): Promise<ServedBytes> {
    return serving.make(actor, id, async (file, admission) => {
      const { sha256, createdAt, contentAt, fileName } = file;
      checkPicture(file);
      const variant = `${size.width}x${size.height}-${size.fit}-${size.format}`;
      // By the file and not by its object: that others have the same picture must not be told by how fast the answer is.
      const key = `${file.id} ${sha256} ${variant}`;
      // Not before it is sent: HEAD and a condition cost no picture.
      let picture: Promise<Buffer> | null = null;
      const bytes = () => (picture ??= orRefuse(admission, () => once(actor.id, key, () => makeImage(file, size))));
      return {
        sizeBytes: async () => (await bytes()).byteLength,
        etag: `"${sha256}-${variant}"`,
        modifiedAt: new Date(contentAt ?? createdAt),
        contentType: `image/${size.format}`,
        disposition: toDisposition('inline', `${fileName}.${size.format}`),
        async open(part) {
          const content = toPart(await bytes(), part);
          await admission.admit(part);
          return content;
        },
        decline: async () => admission.decline(),
      };
    });
  }

  /** @throws as `FilesApi.showSquare` */
  async function showSquare(viewerId: string, fileId: string, { side, crop }: SquareView): Promise<ServedBytes> {
    const file = await serving.findAvailable(fileId);
    checkPicture(file);
    const variant = `square-${side}-${crop ? `${crop.x}-${crop.y}-${crop.size}` : 'middle'}`;
    const key = `${file.id} ${file.sha256} ${variant}`;
    const bytes = await once(viewerId, key, () => makeSquare(file, side, crop));
    return {
      sizeBytes: bytes.byteLength,
      // Of what is shown: the hash of the file would tell who else has it.
      etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
      modifiedAt: null, // that of the file tells nothing of the part, and is the owner's business
      contentType: 'image/webp',
      disposition: 'inline', // its name is the owner's
      open: async (part) => toPart(bytes, part),
      decline: async () => {},
    };
  }

  /** What is kept, or what somebody is making already, or made now. */
  async function once(userId: string, key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    return made.get(key) ?? (await inBounds(userId, () => inPersonalTurn(userId, () => share(key, make))));
  }

  async function share(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const kept = made.get(key);
    if (kept) return kept;
    const running = making.get(key) ?? inTurn(make);
    making.set(key, running);
    try {
      const bytes = await running;
      made.set(key, bytes);
      return bytes;
    } finally {
      making.delete(key);
    }
  }

  async function makeSquare(file: AvailableFile, side: number, crop: SquareView['crop']): Promise<Buffer> {
    const bytes = await toSquare(await buffer(await serving.read(file)), side, crop);
    if (bytes === 'outside') throw fileErrors.imageRefused({ reason: 'crop' });
    if (!bytes) throw fileErrors.imageRefused({ reason: 'content' });
    return bytes;
  }

  async function makeImage(file: AvailableFile, size: PictureSize): Promise<Buffer> {
    const bytes = await resize(await buffer(await serving.read(file)), size);
    if (!bytes) throw fileErrors.imageRefused({ reason: 'content' });
    return bytes;
  }

  return { image, showSquare };
}

export type Images = ReturnType<typeof createImages>;

/** @throws `files.image_refused` */
function checkPicture({ contentType, sizeBytes }: AvailableFile): void {
  if (!PICTURES.has(contentType)) throw fileErrors.imageRefused({ reason: 'type' });
  if (sizeBytes > MAX_PICTURE_BYTES) throw fileErrors.imageRefused({ reason: 'size' });
}

function toPart(bytes: Buffer, part: ServedPart): Readable {
  return Readable.from([part ? bytes.subarray(part.start, part.end + 1) : bytes]);
}
