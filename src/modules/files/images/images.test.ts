import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { testApp } from '#testing/app.ts';
import { encryptFile, fetchBytes, fileOwner, releasedFile, upload } from '#testing/files/uploads.ts';

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';
const NAMES: Record<Format, string> = { jpeg: 'a.jpg', png: 'a.png', webp: 'a.webp', gif: 'a.gif', avif: 'a.avif' };

/** A picture of one colour. */
const picture = (width: number, height: number, format: Format = 'png') =>
  sharp({ create: { width, height, channels: 3, background: '#336699' }, limitInputPixels: false })
    .toFormat(format)
    .toBuffer();

const asFile = (content: Uint8Array, format: Format = 'png') => ({
  name: NAMES[format],
  type: `image/${format}`,
  content,
});

test('a picture of each kind is shown in the size, shape and format that is asked for, and never enlarged', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const shown = async (id: string, query: string) => {
    const { status, bytes, headers } = await fetchBytes(app, sara.userId, `/files/${id}/image?${query}`);
    assert.equal(status, 200, bytes.toString());
    const { format, width, height } = await sharp(bytes).metadata();
    assert.equal(headers['content-type'], `image/${format}`);
    return [format, width, height];
  };

  for (const format of Object.keys(NAMES) as Format[]) {
    const id = await releasedFile(app, sara, asFile(await picture(400, 200, format), format));
    assert.deepEqual(await shown(id, 'width=100'), ['webp', 100, 50], format);
  }
  const id = await releasedFile(app, sara, asFile(await picture(400, 200)));
  for (const [query, expected] of Object.entries({
    'height=100&format=jpeg': ['jpeg', 200, 100],
    'width=100&height=100': ['webp', 100, 50],
    'width=100&height=100&fit=cover&format=png': ['png', 100, 100],
    'width=100&height=100&fit=contain': ['webp', 100, 100],
    'width=100&fit=cover': ['webp', 100, 50],
    'width=2000': ['webp', 400, 200],
    '': ['webp', 400, 200],
  }))
    assert.deepEqual(await shown(id, query), expected, query);
});

test('a picture is upright, and carries nothing of where and with what it was taken', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const taken = await sharp(await picture(300, 100, 'jpeg'))
    .withExif({
      IFD0: { Make: 'Camera', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '35/1 41/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const id = await releasedFile(app, sara, asFile(taken, 'jpeg'));

  const { bytes } = await fetchBytes(app, sara.userId, `/files/${id}/image?width=50&format=jpeg`);

  const { width, height, exif } = await sharp(bytes).metadata();
  assert.deepEqual([width, height, exif], [50, 150, undefined]);
});

test('what is asked for again comes from memory, and a browser that has it gets 304', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, asFile(await picture(400, 200)));
  const url = `/files/${id}/image?width=100`;

  const first = await fetchBytes(app, sara.userId, url);
  for (const { key } of (await app.storage.list('files/content/')).objects) await app.storage.delete(key);
  const second = await fetchBytes(app, sara.userId, url);
  const third = await fetchBytes(app, sara.userId, url, { 'if-none-match': String(first.headers.etag) });
  const other = await fetchBytes(app, sara.userId, `/files/${id}/image?width=99`);

  assert.deepEqual([second.status, second.bytes], [200, first.bytes]);
  assert.equal(third.status, 304);
  assert.deepEqual([other.status, JSON.parse(other.text).code], [404, 'files.unavailable']);
});

test('a picture is made only for an answer with bytes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, asFile(await picture(400, 200)));
  const url = `/files/${id}/image?width=100`;
  const { headers } = await fetchBytes(app, sara.userId, url);
  const etag = String(headers.etag);
  const later = new Date(app.now().getTime() + 86_400_000).toUTCString();
  // Without its object, a picture in another size cannot be made.
  for (const { key } of (await app.storage.list('files/content/')).objects) await app.storage.delete(key);
  const other = `/files/${id}/image?width=99`;
  const asked = async (sent: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') => {
    const { status, headers: answered } = await fetchBytes(app, sara.userId, other, sent, method);
    return [status, answered['content-length']];
  };

  assert.deepEqual(await asked({}, 'HEAD'), [200, undefined]);
  assert.equal((await asked({ 'if-none-match': etag.replace('100x', '99x') }))[0], 304);
  assert.equal((await asked({ 'if-modified-since': later }))[0], 304);
  assert.equal((await asked({ 'if-match': '"other"' }))[0], 412);
  assert.equal((await asked({ 'if-none-match': '*' }, 'HEAD'))[0], 304);
  assert.equal((await asked({ 'if-match': '"other"' }, 'HEAD'))[0], 412);
  assert.equal((await asked({ range: 'bytes=0-3' }))[0], 404);
  assert.equal((await asked({}))[0], 404);
});

test('an encrypted file has the same pictures, whether they were made before the encryption or after it', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const file = asFile(await picture(400, 200));
  const [id, plain] = [await releasedFile(app, sara, file), await releasedFile(app, sara, file)];
  const show = async (of: string, width: number) =>
    (await fetchBytes(app, sara.userId, `/files/${of}/image?width=${width}`)).bytes;
  const before = await show(id, 100);

  await encryptFile(app, sara, id);

  assert.deepEqual(await show(id, 100), before);
  assert.deepEqual(await show(id, 99), await show(plain, 99));
});

test('who may not read the file gets no picture of it, although it is in memory', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const id = await releasedFile(app, sara, asFile(await picture(40, 20)));
  const url = `/files/${id}/image?width=10`;
  assert.equal((await fetchBytes(app, sara.userId, url)).status, 200);

  assert.equal((await fetchBytes(app, reza.userId, url)).status, 404);
  await sara.delete(`/files/${id}`);
  assert.equal((await fetchBytes(app, sara.userId, url)).status, 404);
  assert.equal((await sara.get(`/files/audit/${id}`)).body.items[0].way, 'stream');
});

test('what is no picture, is broken or too large is refused by a code', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const whole = await picture(2000, 2000, 'jpeg');
  const files = {
    type: { name: 'a.txt', content: 'text' },
    'type of SVG': { name: 'a.svg', type: 'image/svg+xml', content: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    content: asFile(whole.subarray(0, 600), 'jpeg'),
  };

  for (const [reason, file] of Object.entries(files)) {
    const id = await releasedFile(app, sara, file);
    const { status, text } = await fetchBytes(app, sara.userId, `/files/${id}/image`);
    assert.deepEqual([status, JSON.parse(text).code], [422, 'files.image_refused'], reason);
    assert.equal(JSON.parse(text).reason, reason.split(' ')[0]);
  }
  const id = await releasedFile(app, sara, asFile(await picture(7000, 7000)));
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/image?width=100`)).status, 200);
  for (const query of ['width=0', 'width=2001', 'height=-1', 'width=1.5', 'fit=fill', 'format=avif', 'width=x'])
    assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/image?${query}`)).status, 400, query);
});

test('a picture with more than 50 million pixels does not pass the gate, however small its file is', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);

  for (const format of ['png', 'jpeg', 'webp', 'gif'] as const) {
    const { body } = await upload(sara, asFile(await picture(8000, 6300, format), format));
    await app.drain();
    const { storageStatus, reason } = (await sara.get(`/files/${body.id}`)).body;
    assert.deepEqual([storageStatus, reason], ['failed', 'image_pixels'], format);
  }
});
