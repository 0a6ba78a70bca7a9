import type { Readable } from 'node:stream';
import { defineError } from '#kernel/problem.ts';

/**
 * Stores objects (bytes) under keys. A key is `module/name`, for instance `files/0190…/original`. Names are random and
 * never entered by people, but may contain any letter. A key is written once and its bytes never change: a repeated
 * write (of retried work) must write the same bytes, and a reader meanwhile gets one complete object.
 *
 * An object exists, durably, when its `put` or `copy` has resolved. A failure before that leaves no object; `tidy`
 * removes its unfinished parts. The exception: when the store's last answer was lost, the object may exist although
 * `put` has rejected. For a missing object methods answer null or false; when the store cannot be reached they reject.
 *
 * Every implementation passes the conformance suite `testing/conformance/storage.ts`.
 */
export interface ObjectStorage {
  /**
   * Stores the bytes of `source`, in bounded memory: about 10 MB, or a few ten-thousandths of `maxBytes` if that is
   * more. When the source fails, `put` rejects with the source's error. The source is always closed at the end.
   *
   * @throws `storage.too_large` when `source` has more than `maxBytes`.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, limits: { readonly maxBytes: number }): Promise<StoredObject>;
  /**
   * Null when there is none. `content` must be read or destroyed.
   *
   * @throws `storage.invalid_range` when the range begins after the end; in an empty object every range does.
   */
  get(key: string, range?: ByteRange): Promise<ObjectContent | null>;
  /** Null when there is none. */
  head(key: string): Promise<ObjectEntry | null>;
  /** Deleting a missing object is not an error. */
  delete(key: string): Promise<void>;
  /** False when `from` does not exist. The copy is independent of its source. */
  copy(from: string, to: string): Promise<boolean>;
  /**
   * One page of the objects whose keys begin with `prefix`, which must contain a module and the slash. Pass `next` as
   * `after` for the next page, also in another process: an object that exists throughout is listed exactly once. The
   * order depends on the store. Keys that this port could not have written are left out.
   */
  list(prefix: string, page?: { readonly after?: string | null; readonly limit?: number }): Promise<ObjectPage>;
  /**
   * A URL that serves the object to everybody who has the URL, until it expires; null if the store has no such URLs.
   */
  presignGet(key: string, options: PresignedRead): Promise<string | null>;
  /**
   * A URL that accepts a PUT of these bytes, until it expires; null if the store has no such URLs. The store enforces
   * the length, but not every store enforces the checksum: verify the hash of a copy before you trust the bytes.
   */
  presignPut(key: string, options: PresignedWrite): Promise<PresignedPut | null>;
  /** Removes unfinished parts of puts that began before `before`; answers how many. Never removes objects. */
  tidy(before: Date): Promise<number>;
}

/** What S3 takes in one PUT. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

export interface StoredObject {
  readonly sizeBytes: number;
  /** Hash of the bytes, lower-case hexadecimal. */
  readonly sha256: string;
}

/** From 0, both ends included. Without `end`, or with one after the last byte, to the last byte. */
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
  /** Size of the whole object, not of the range. */
  readonly sizeBytes: number;
  readonly content: Readable;
}

export interface ObjectPage {
  readonly objects: ObjectEntry[];
  /** Null on the last page. Other pages can be empty, too. */
  readonly next: string | null;
}

export interface PresignedRead {
  /** 1 to 604,800. */
  readonly expiresInSeconds: number;
  /** Complete values of these headers in the answer. */
  readonly contentDisposition?: string;
  readonly contentType?: string;
}

export interface PresignedWrite extends StoredObject {
  /** 1 to 604,800. */
  readonly expiresInSeconds: number;
}

export interface PresignedPut {
  readonly url: string;
  /** Headers that the client must send exactly so. Without `content-length`, which clients set themselves. */
  readonly headers: Readonly<Record<string, string>>;
}

export const storageErrors = {
  tooLarge: defineError('storage.too_large', 413, 'The file is too large'),
  full: defineError('storage.full', 503, 'There is no space left for files'),
  invalidRange: defineError('storage.invalid_range', 416, 'The range begins after the end of the file'),
};

/** Default and maximum size of a page. */
export const PAGE_OBJECTS = 1000;
