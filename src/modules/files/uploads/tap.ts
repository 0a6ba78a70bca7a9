import { HEAD_BYTES, type FileHead } from '../validation/verdict.ts';

/** The same bytes; the first ones are judged as soon as they are there, so that a wrong file is refused early. */
export async function* tap(
  source: AsyncIterable<Uint8Array>,
  judge: (head: FileHead) => Promise<void>,
): AsyncGenerator<Uint8Array, void> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head) {
      head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.byteLength)]);
      if (head.byteLength === HEAD_BYTES) {
        await judge({ bytes: head, isWhole: false });
        head = null;
      }
    }
    yield chunk;
  }
  if (head) await judge({ bytes: head, isWhole: true });
}
