import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Transform } from 'node:stream';
import type { ByteRange } from '#platform/storage/port.ts';

/** Plain bytes of each frame but the last. */
export const FRAME_BYTES = 65_536;
const TAG_BYTES = 16;
const SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES;
export const DATA_KEY_BYTES = 32;

/** What an encrypted object of so many plain bytes has. An empty one has one empty frame, so that its end is marked. */
export function sealedSize(sizeBytes: number): number {
  return sizeBytes + (lastFrame(sizeBytes) + 1) * TAG_BYTES;
}

/** The part of the encrypted object that has these plain bytes. */
export function sealedRange({ start, end }: PlainRange): ByteRange {
  return {
    start: frameAt(start) * SEALED_FRAME_BYTES,
    end: (frameAt(end) + 1) * SEALED_FRAME_BYTES - 1,
  };
}

/** From 0, both ends included. */
export interface PlainRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Encrypts `sizeBytes` bytes in frames of AES-256-GCM. Use a key for one content only: the nonce is the number of the
 * frame. The same content under the same key gives the same bytes.
 */
export function createSealer(key: Buffer, sizeBytes: number): Transform {
  const last = lastFrame(sizeBytes);
  const seal = (plain: Buffer, frame: number) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(frame));
    cipher.setAAD(markOf(frame, last));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  return inFrames({ first: 0, last, frameBytes: FRAME_BYTES, totalBytes: sizeBytes, change: seal });
}

/**
 * Reverses `createSealer`: of the whole object, or of its `sealedRange`. Ends with an error at the first frame that is
 * not the one that was written there.
 */
export function createOpener(key: Buffer, sizeBytes: number, part: PlainRange | null): Transform {
  const last = lastFrame(sizeBytes);
  const [from, to] = part === null ? [0, last] : [frameAt(part.start), frameAt(part.end)];
  const endOf = (frame: number) => Math.min((frame + 1) * SEALED_FRAME_BYTES, sealedSize(sizeBytes));
  const open = (sealed: Buffer, frame: number) => {
    if (sealed.length < TAG_BYTES) throw new Error(`frame ${frame} of an encrypted object is cut off`);
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(frame), { authTagLength: TAG_BYTES });
    decipher.setAAD(markOf(frame, last));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    if (part === null) return plain;
    const at = frame * FRAME_BYTES;
    return plain.subarray(Math.max(part.start - at, 0), part.end + 1 - at);
  };
  const totalBytes = endOf(to) - from * SEALED_FRAME_BYTES;
  return inFrames({ first: from, last: to, frameBytes: SEALED_FRAME_BYTES, totalBytes, change: open });
}

interface Frames {
  readonly first: number;
  readonly last: number;
  readonly frameBytes: number;
  /** Of all of them; more or less is an error. */
  readonly totalBytes: number;
  readonly change: (bytes: Buffer, frame: number) => Buffer;
}

/** Changes frame by frame what arrives in chunks of any size. */
function inFrames({ first, last, frameBytes, totalBytes, change }: Frames): Transform {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let readBytes = 0;
  let frame = first;

  function* add(chunk: Buffer): Generator<Buffer> {
    readBytes += chunk.length;
    if (readBytes > totalBytes) throw new Error(`the content has more than its ${totalBytes} bytes`);
    for (let rest = chunk; rest.length > 0;) {
      const taken = rest.subarray(0, frameBytes - waitingBytes);
      waiting.push(taken);
      waitingBytes += taken.length;
      rest = rest.subarray(taken.length);
      if (waitingBytes === frameBytes && frame < last) yield complete(); // the last one waits for the end
    }
  }

  function complete(): Buffer {
    const changed = change(Buffer.concat(waiting), frame++);
    [waiting, waitingBytes] = [[], 0];
    return changed;
  }

  function end(): Buffer {
    if (readBytes < totalBytes) throw new Error(`the content ends after ${readBytes} of ${totalBytes} bytes`);
    return complete();
  }

  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        for (const changed of add(chunk)) this.push(changed);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        done(null, end());
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function lastFrame(sizeBytes: number): number {
  return Math.max(0, Math.ceil(sizeBytes / FRAME_BYTES) - 1);
}

function frameAt(position: number): number {
  return Math.floor(position / FRAME_BYTES);
}

function nonceOf(frame: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(frame), 4);
  return nonce;
}

/** Authenticated with the frame: where it is, and whether it is the last. */
function markOf(frame: number, last: number): Buffer {
  const mark = Buffer.alloc(9);
  mark.writeBigUInt64BE(BigInt(frame));
  mark[8] = frame === last ? 1 : 0;
  return mark;
}
