import type { ObjectStorage } from '#platform/storage/port.ts';
import type { ScanVerdict } from '#platform/scan/port.ts';
import { buffer } from 'node:stream/consumers';
import type { FilesConfig } from '../needs.ts';
import { countStoredPixels } from './picture-size.ts';
import { MAX_PIXELS } from './pictures.ts';
import { inspectSvg } from './svg.ts';
import { inspectZip } from './zip.ts';
import type { ZipVerdict } from './zip-worker.ts';

/** The first bytes of an archive, of one without entries, and of one in parts. */
const MARKS = ['504b0304', '504b0506', '504b0708'];

export interface InspectedFile {
  readonly contentType: string;
  readonly sizeBytes: number;
}

export type Inspected = ZipVerdict;

export interface InspectionNeeds {
  readonly storage: ObjectStorage;
  readonly config: Pick<FilesConfig, 'clamavMaxBytes'>;
}

/** Looks into files that can do harm when they are opened, in bounded time and memory. */
export function createInspection({ storage, config }: InspectionNeeds) {
  /** Rejects when the storage cannot be read. */
  async function inspect(key: string, { contentType, sizeBytes }: InspectedFile): Promise<Inspected> {
    const refusal = await refusalOf(key, contentType, sizeBytes);
    // Office documents are archives too, and so is what only looks like another type: the bytes decide.
    if (refusal !== null || contentType === 'image/svg+xml' || !(await isZip(key))) return { refusal, unread: null };
    return inspectZip(storage, key, { sizeBytes, scannedBytes: config.clamavMaxBytes });
  }

  /** Of a picture. */
  async function refusalOf(key: string, contentType: string, sizeBytes: number): Promise<string | null> {
    if (contentType === 'image/svg+xml') {
      const stored = await storage.get(key);
      return stored && inspectSvg(stored.content);
    }
    return contentType.startsWith('image/') ? refusalOfSize(key, contentType, sizeBytes) : null;
  }

  /** What does not say how many pixels it has is refused as well: programs that open it may find that out. */
  async function refusalOfSize(key: string, contentType: string, sizeBytes: number): Promise<string | null> {
    const read = async (start: number, length: number) => {
      const end = Math.min(start + length, sizeBytes) - 1;
      const stored = end < start ? null : await storage.get(key, { start, end });
      return stored ? buffer(stored.content) : Buffer.alloc(0);
    };
    const pixels = await countStoredPixels(contentType, sizeBytes, read);
    if (pixels === null) return 'image_unreadable';
    return pixels !== 'unknown' && pixels > MAX_PIXELS ? 'image_pixels' : null;
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

/** What the scanner has said, as far as it can have read everything: clamd answers OK for what it cuts off of an entry. */
export function asFarAsRead<Found extends ScanVerdict>(found: Found, { unread }: Inspected) {
  return found.verdict === 'clean' && unread !== null ? ({ verdict: 'unscannable', reason: unread } as const) : found;
}
