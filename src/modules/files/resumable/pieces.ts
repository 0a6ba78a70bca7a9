/**
 * The bytes of `source` in pieces; each is read to its end before the next one begins. `nextBytes` says how long the next
 * one may be. Ends when the source does; there is no empty piece.
 */
export async function* inPieces(
  source: AsyncGenerator<Uint8Array, void>,
  nextBytes: () => number,
): AsyncGenerator<AsyncGenerator<Uint8Array, void>, void> {
  let rest: Uint8Array | null = null;

  async function next(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk: Uint8Array | null = rest ?? (await source.next()).value ?? null;
      rest = null;
      if (chunk?.byteLength !== 0) return chunk;
    }
  }

  async function* read(length: number): AsyncGenerator<Uint8Array, void> {
    for (let left = length; left > 0;) {
      const chunk = await next();
      if (!chunk) return;
      if (chunk.byteLength > left) rest = chunk.subarray(left);
      const bytes = chunk.subarray(0, left);
      left -= bytes.byteLength;
      yield bytes;
    }
  }

  for (;;) {
    rest = await next();
    if (!rest) return;
    yield read(nextBytes());
  }
}
