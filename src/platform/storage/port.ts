import type { Readable } from 'node:stream';
import { defineError } from '#kernel/problem.ts';

/**
 * Keeps bytes under keys. A key is `module/name`, for instance `files/0190…/original`; names are random, never a
 * person's words, but may hold any letter. A key is written once and its bytes never change: whoever writes it
 * again (work that is repeated) writes the same bytes, and a reader meanwhile gets one whole object, never a mixture.
 *
 * An object is there when its `put` or `copy` has resolved, and outlives a crash from then on. Every failure
 * before that leaves no object; what it leaves unfinished `tidy` removes. Only where the store's last answer was
 * lost on the way may the whole object be there although `put` was rejected. What a key names but the store does
 * not have is null or false; that the store cannot be asked is thrown, so that the two are never confused.
 *
 * Every implementation passes `conformance.ts`.
 */
export interface ObjectStorage {
  /**
   * Stores what `source` yields, in bounded memory: about 10 MB, or a few ten-thousandths of `maxBytes` where that
   * is more. A source that fails rejects the
   * put with the source's own error. The source has ended, or is closed, when this settles.
   *
   * @throws `storage.too_large` once more than `maxBytes` have come.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, limits: { readonly maxBytes: number }): Promise<StoredObject>;
  /**
   * Null when there is none. `content` must be read or destroyed.
   *
   * @throws `storage.invalid_range` when the range begins past the end, as any range of an empty object does.
   */
  get(key: string, range?: ByteRange): Promise<ObjectContent | null>;
  /** Null when there is none. */
  head(key: string): Promise<ObjectEntry | null>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** False when there is no `from`. The copy shares nothing with its source. */
  copy(from: string, to: string): Promise<boolean>;
  /**
   * One page of the objects whose key begins with exactly `prefix`, which must name a module and its slash.
   * Pass `next` as `after` to go on, now or in another process: what was there throughout appears exactly once.
   * The order is the store's own. Keys that this port could not have written are left out.
   */
  list(prefix: string, page?: { readonly after?: string | null; readonly limit?: number }): Promise<ObjectPage>;
  /** A URL that serves the object to anybody who has it, until it expires; null where the store has none to give. */
  presignGet(key: string, options: PresignedRead): Promise<string | null>;
  /**
   * A URL that takes one PUT of these bytes, until it expires; null where the store has none to give. The length
   * is enforced, the checksum by stores that know it: hash a copy before trusting the bytes.
   */
  presignPut(key: string, options: PresignedWrite): Promise<PresignedPut | null>;
  /** Removes what puts left unfinished that began before `before`; answers how many. Never an object. */
  tidy(before: Date): Promise<number>;
}

export interface StoredObject {
  readonly sizeBytes: number;
  /** Of the bytes, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Both ends are included, from 0; without an end, or with one past it, to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number | undefined;
}

export interface ObjectEntry {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

export interface ObjectContent {
  /** Of the whole object, whatever the range. */
  readonly sizeBytes: number;
  readonly content: Readable;
}

export interface ObjectPage {
  readonly objects: ObjectEntry[];
  /** Null at the end. A page may be empty and not the last. */
  readonly next: string | null;
}

export interface PresignedRead {
  /** 1 to 604,800. */
  readonly expiresInSeconds: number;
  /** Whole header values that the answer shall carry. */
  readonly contentDisposition?: string;
  readonly contentType?: string;
}

export interface PresignedWrite extends StoredObject {
  /** 1 to 604,800. */
  readonly expiresInSeconds: number;
}

export interface PresignedPut {
  readonly url: string;
  /** To be sent exactly so; `content-length` is not among them, for clients set it themselves. */
  readonly headers: Readonly<Record<string, string>>;
}

export const storageErrors = {
  tooLarge: defineError('storage.too_large', 413, 'Too many bytes'),
  invalidRange: defineError('storage.invalid_range', 416, 'The range begins past the end'),
};

/** How many objects a page has when nobody says, and at most. */
export const PAGE_OBJECTS = 1000;
