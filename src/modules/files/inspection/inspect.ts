import type { ObjectStorage } from '#platform/storage/port.ts';
import { buffer } from 'node:stream/consumers';
import { countPixels, MAX_PIXELS } from './pictures.ts';
import { inspectSvg } from './svg.ts';
import { inspectZip } from './zip.ts';

/** The first bytes of an archive, of one without entries, and of one in parts. */
const HEAD_BYTES = 1024 * 1024; // pictures say their size in it

const MARKS = ['504b0304', '504b0506', '504b0708'];

export interface InspectedFile {
  readonly contentType: string;
  readonly sizeBytes: number;
}

/** Looks into files that can do harm when they are opened, in bounded time and memory. */
export function createInspection({ storage }: { readonly storage: ObjectStorage }) {
  /** Why the stored file is refused; null if it is not. Rejects when the storage cannot be read. */
  async function inspect(key: string, { contentType, sizeBytes }: InspectedFile): Promise<string | null> {
    if (contentType === 'image/svg+xml') {
      const stored = await storage.get(key);
      return stored && inspectSvg(stored.content);
    }
    if (contentType.startsWith('image/') && (await hasTooManyPixels(key, sizeBytes))) return 'image_pixels';
    // Office documents are archives too, and so is what only looks like another type: the bytes decide.
    return (await isZip(key)) ? inspectZip(storage, key, sizeBytes) : null;
  }

  async function hasTooManyPixels(key: string, sizeBytes: number): Promise<boolean> {
    const stored = await storage.get(key, { start: 0, end: Math.min(sizeBytes, HEAD_BYTES) - 1 });
    return stored !== null && ((await countPixels(await buffer(stored.content))) ?? 0) > MAX_PIXELS;
  }

  async function isZip(key: string): Promise<boolean> {
    const stored = await storage.get(key, { start: 0, end: 3 }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'storage.invalid_range') return null; // empty
      throw error;
    });
    if (!stored) return false;
    const [head] = await stored.content.take(1).toArray();
    return Buffer.isBuffer(head) && MARKS.includes(head.toString('hex'));
  }

  return { inspect };
}

export type Inspection = ReturnType<typeof createInspection>;
