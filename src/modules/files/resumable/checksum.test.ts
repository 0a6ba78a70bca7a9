import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { add, begun, codeOf, metadata } from '#testing/files/resumable.ts';
import { fileOwner } from '#testing/files/uploads.ts';

const PAGE = Buffer.from('<!DOCTYPE html><script>alert(1)</script>'.padEnd(5000));
const LETTER = Buffer.from('a letter of mine'.padEnd(5000));
const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
const wholes = { 'a whole file': LETTER.length, 'a first chunk': 2 * LETTER.length };
const sums = {
  'upload-checksum': { of: (bytes: Buffer) => `sha256 ${sumOf(bytes)}`, refusal: '460 files.checksum_mismatch' },
  'content-digest': { of: (bytes: Buffer) => `sha-256=:${sumOf(bytes)}:`, refusal: '400 http.digest_mismatch' },
};

for (const [name, length] of Object.entries(wholes))
  for (const [header, { of, refusal }] of Object.entries(sums))
    test(`${name} that was damaged on its way is not judged by its content: ${header}`, async (t) => {
      const app = await testApp(t);
      const sara = fileOwner(app);
      const begins = { 'upload-length': String(length), 'upload-metadata': metadata({ filename: 'a.txt' }) };
      const headersOf = (bytes: Buffer) => ({ [header]: of(bytes) });
      const [url, other] = [await begun(sara, begins), await begun(sara, begins)];

      const damaged = await add(sara, url, 0, PAGE, headersOf(LETTER));
      const sent = await add(sara, url, 0, LETTER, headersOf(LETTER));
      const refused = await add(sara, other, 0, PAGE, headersOf(PAGE));
      const after = await add(sara, other, 0, LETTER);

      assert.equal(codeOf(damaged), refusal);
      assert.equal(codeOf(sent), '204');
      assert.deepEqual([refused, after].map(codeOf), ['400 files.validation_failed', '404 files.upload_not_found']);
    });
