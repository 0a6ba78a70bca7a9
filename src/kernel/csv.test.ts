import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { toCsv } from './csv.ts';

test('cells with separators, quotes, line breaks and Persian are written unchanged', async () => {
  const csv = await text(toCsv(['name', 'note'], [{ name: 'سارا, "نان"', note: 'a\nb' }]));

  assert.equal(csv, 'name,note\r\n"سارا, ""نان""","a\nb"\r\n');
});

test('a cell that a spreadsheet would run is written as text', async () => {
  const csv = await text(toCsv(['name'], [{ name: '=HYPERLINK("http://x")' }]));

  assert.match(csv, /"'=HYPERLINK/);
});

test('without rows only the column names are written', async () => {
  assert.equal(await text(toCsv(['a', 'b'], [])), 'a,b\r\n');
});

test('an error while reading rows ends the text with that error', async () => {
  async function* broken() {
    yield { a: 1 };
    throw new Error('the connection ended');
  }

  await assert.rejects(text(toCsv(['a'], broken())), { message: 'the connection ended' });
});
