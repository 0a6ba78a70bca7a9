import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { anyBytes, stores } from '#testing/files/stores.ts';
import { encryptFile, fetchBytes, fileOwner, releasedFile } from '#testing/files/uploads.ts';

const FRAME = 65_536; // of an encrypted object
const SIZE = 3 * FRAME + 1;
const LAST = SIZE - 1;
const ways = Object.entries(stores).flatMap(([store, environment]) => [
  { name: store, environment, isEncrypted: false },
  { name: `${store}, encrypted`, environment, isEncrypted: true },
]);

type Headers = Readonly<Record<string, string>>;
/** What is sent, and what GET answers; of 206 the first and the last byte. */
type Row = readonly [headers: Headers, status: 200 | 206 | 304 | 412 | 416, start?: number, end?: number];

const range = (spec: string, more: Headers = {}): Headers => ({ range: `bytes=${spec}`, ...more });

/** RFC 9110, 13 and 14, for bytes with this tag and date. */
function rowsFor(etag: string, modified: string): readonly Row[] {
  const at = (seconds: number) => new Date(Date.parse(modified) + seconds * 1000).toUTCString();
  return [
    [{}, 200],
    [range('0-0'), 206, 0, 0],
    [range('10-19'), 206, 10, 19],
    [range(`${FRAME - 1}-${FRAME}`), 206, FRAME - 1, FRAME],
    [range(`${FRAME}-${2 * FRAME - 1}`), 206, FRAME, 2 * FRAME - 1],
    [range(`10-${3 * FRAME}`), 206, 10, 3 * FRAME],
    [range(`${LAST}-${LAST}`), 206, LAST, LAST],
    [range(`100-${SIZE + 100}`), 206, 100, LAST],
    [range('0-'), 206, 0, LAST],
    [range(`${2 * FRAME + 5}-`), 206, 2 * FRAME + 5, LAST],
    [range('-5'), 206, SIZE - 5, LAST],
    [range(`-${SIZE + 5}`), 206, 0, LAST],
    [range('-0'), 416],
    [range(`${SIZE}-`), 416],
    [range(`${SIZE}-${SIZE + 9},${SIZE + 20}-`), 416],
    [range('0-9,10-29'), 206, 0, 29],
    [range(`0-9,${SIZE}-`), 206, 0, 9],
    [range('0-9,20-29'), 200],
    [range('9-5'), 200],
    [{ range: 'lines=0-5' }, 200],
    [range('0-9', { 'if-range': etag }), 206, 0, 9],
    [range('0-9', { 'if-range': modified }), 206, 0, 9],
    [range('0-9', { 'if-range': '"x"' }), 200],
    [range('0-9', { 'if-range': `W/${etag}` }), 200],
    [range('0-9', { 'if-range': at(1) }), 200],
    [range(`${SIZE}-`, { 'if-range': '"x"' }), 200],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': `"x", ${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': modified }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': at(-1) }, 200],
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': `W/${etag}` }, 412],
    [{ 'if-match': etag, 'if-none-match': etag }, 304],
    [{ 'if-unmodified-since': modified }, 200],
    [{ 'if-unmodified-since': at(-1) }, 412],
    [range('0-9', { 'if-match': etag }), 206, 0, 9],
    [range('0-9', { 'if-match': '"x"' }), 412],
    [range('0-9', { 'if-none-match': etag }), 304],
  ];
}

for (const { name, environment, isEncrypted } of ways)
  test(`${name}: each row of RFC 9110 on ranges and conditions gets its answer by every way to the bytes`, async (t) => {
    const { content, ask, routes } = await withFile(t, environment(), isEncrypted);
    const { headers: first } = await ask('GET', 'download');
    const [etag, modified] = [String(first['etag']), String(first['last-modified'])];

    for (const [headers, status, start = 0, end = LAST] of rowsFor(etag, modified))
      for (const route of routes) {
        const row = `${route} ${JSON.stringify(headers)}`;
        const [got, head] = [await ask('GET', route, headers), await ask('HEAD', route, headers)];
        // HEAD knows no ranges (14.2), but conditions.
        assert.deepEqual([got.status, head.status], [status, status === 206 || status === 416 ? 200 : status], row);
        assert.equal(head.text, '', row);
        if (head.status === 200) assert.equal(head.headers['content-length'], String(SIZE), row);
        const hasBytes = status === 200 || status === 206;
        if (hasBytes) assert.ok(got.bytes.equals(content.subarray(start, end + 1)), row);
        if (hasBytes) assert.equal(got.headers['content-length'], String(end - start + 1), row);
        if (status < 400) assert.equal(got.headers['etag'], etag, row);
        const places = new Map<number, string>([
          [206, `bytes ${start}-${end}/${SIZE}`],
          [416, `bytes */${SIZE}`],
        ]);
        assert.equal(got.headers['content-range'], places.get(status), row);
        if (status === 304) assert.equal(got.text, '', row);
        if (status === 416) assert.equal(JSON.parse(got.text).code, 'http.range_not_satisfiable', row);
        if (status === 412) assert.equal(JSON.parse(got.text).code, 'http.precondition_failed', row);
      }
  });

async function withFile(t: TestContext, settings: Record<string, string>, isEncrypted: boolean) {
  const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '0', ...settings } });
  const sara = fileOwner(app);
  const content = anyBytes(SIZE);
  const id = await releasedFile(app, sara, { name: 'a.bin', content });
  if (isEncrypted) await encryptFile(app, sara, id);
  const { body: link } = await sara.post(`/files/${id}/share`, { mode: 'public' });
  const urls = {
    download: `/files/${id}/download`,
    stream: `/files/${id}/stream`,
    link: `/files/public/${link.token}`,
  };
  type Route = keyof typeof urls;
  const ask = (method: 'GET' | 'HEAD', route: Route, headers: Headers = {}) =>
    fetchBytes(app, route === 'link' ? undefined : sara.userId, urls[route], headers, method);
  return { content, ask, routes: Object.keys(urls) as Route[] };
}
