import { createHash } from 'node:crypto';
import { hold } from '#platform/resilience/streams.ts';
import { storageErrors, type StoredObject } from './port.ts';

/** Counts and hashes the bytes that pass through. The stream throws `storage.too_large` after `maxBytes`. */
export function measure(source: AsyncIterable<Uint8Array>, maxBytes: number) {
  hold(source);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let failure: { error: unknown } | null = null;

  async function* pass(): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const chunk of source) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > maxBytes) throw storageErrors.tooLarge({ maxBytes });
        hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }

  return {
    bytes: pass(),
    /** The original error, of the source or the limit, even if a library has wrapped it. */
    failure: () => failure,
    /** Size and hash of all bytes; call it once. */
    result: (): StoredObject => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
}
