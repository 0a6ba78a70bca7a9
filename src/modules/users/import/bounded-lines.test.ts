import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { boundedLines } from './bounded-lines.ts';

test('lines keep their numbers however the bytes are cut, and one that is too long or no text is skipped alone', async () => {
  const broken = Buffer.from([0x61, 0xff, 0x0a]);
  const file = Buffer.concat([Buffer.from(`سارا\n\n${'x'.repeat(21)}\r\nb\n`), broken, Buffer.from('last')]);
  for (const size of [1, 3, file.length]) {
    const cut = Array.from({ length: Math.ceil(file.length / size) }, (_, at) =>
      file.subarray(at * size, (at + 1) * size),
    );
    assert.deepEqual(await Array.fromAsync(boundedLines(Readable.from(cut), 20)), [
      { number: 1, text: 'سارا', fault: null },
      { number: 3, text: '', fault: 'too_long' },
      { number: 4, text: 'b', fault: null },
      { number: 5, text: '', fault: 'not_utf8' },
      { number: 6, text: 'last', fault: null },
    ]);
  }
});
