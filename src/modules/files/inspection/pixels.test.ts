import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import sharp from 'sharp';
import { testApp } from '#testing/app.ts';
import { createInspection } from './inspect.ts';

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

const picture = (width: number, height: number, format: Format) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' }, limitInputPixels: false })
    .toFormat(format)
    .toBuffer();

/** A JPEG whose size is behind 17 segments of 64 KiB. */
function withSegments(jpeg: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.from('ffe5ffff', 'hex'), Buffer.alloc(65_533)]);
  return Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: 17 }, () => segment), jpeg.subarray(2)]);
}

function dib(width: number, height: number, isOld = false): Buffer {
  const header = Buffer.alloc(isOld ? 12 : 40);
  header.writeUInt32LE(header.byteLength, 0);
  if (isOld) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(height, 8);
  }
  return header;
}

const bitmap = (width: number, height: number, isOld = false) =>
  Buffer.concat([Buffer.from('BM'), Buffer.alloc(12), dib(width, height, isOld), Buffer.alloc(20)]);

function icon(...pictures: Buffer[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let at = head.byteLength;
  for (const [place, { byteLength }] of pictures.entries()) {
    head.writeUInt32LE(at, 6 + 16 * place + 12);
    at += byteLength;
  }
  return Buffer.concat([head, ...pictures]);
}

function tiff(pages: readonly (readonly [width: number, height: number])[], isLittle = true, loop = false): Buffer {
  const bytes = Buffer.alloc(8 + pages.length * 30);
  const short = (value: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (value: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write(isLittle ? 'II*\0' : 'MM\0*', 0, 'latin1');
  long(8, 4);
  for (const [at, sides] of pages.entries()) {
    const start = 8 + at * 30;
    short(2, start);
    for (const [field, side] of sides.entries()) {
      short(256 + field, start + 2 + 12 * field);
      short(4, start + 4 + 12 * field);
      long(side, start + 10 + 12 * field);
    }
    const isLast = at === pages.length - 1;
    long(isLast ? (loop ? 8 : 0) : start + 30, start + 26);
  }
  return bytes;
}

function png(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080200000000000000', 'hex');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

test('no picture hides from the bound of pixels, whatever its type and wherever its size is', async (t) => {
  const app = await testApp(t);
  const { inspect } = createInspection({ ...app, config: { clamavMaxBytes: 25_000_000 } });
  const [SMALL, LARGE] = [
    [100, 100],
    [60_000, 60_000],
  ] as const;
  const pictures: Record<string, [type: string, bytes: Buffer, refusal: string | null]> = {
    'JPEG behind segments': ['image/jpeg', withSegments(await picture(8000, 6300, 'jpeg')), 'image_pixels'],
    'small JPEG behind segments': ['image/jpeg', withSegments(await picture(10, 10, 'jpeg')), null],
    'JPEG without a size': ['image/jpeg', withSegments(Buffer.from('ffd8ffd9', 'hex')), 'image_unreadable'],
    'PNG of nothing': ['image/png', Buffer.from('89504e470d0a1a0a', 'hex'), 'image_unreadable'],
    'PNG without bytes': ['image/png', Buffer.alloc(0), 'image_unreadable'],
    BMP: ['image/bmp', bitmap(...LARGE), 'image_pixels'],
    'BMP from the top': ['image/bmp', bitmap(60_000, -60_000), 'image_pixels'],
    'BMP of an old kind': ['image/bmp', bitmap(...LARGE, true), 'image_pixels'],
    'small BMP': ['image/bmp', bitmap(...SMALL), null],
    'BMP cut off': ['image/bmp', Buffer.from('BM'), 'image_unreadable'],
    TIFF: ['image/tiff', tiff([LARGE]), 'image_pixels'],
    'TIFF, most significant bytes first': ['image/tiff', tiff([LARGE], false), 'image_pixels'],
    'TIFF with a large page': ['image/tiff', tiff([SMALL, LARGE]), 'image_pixels'],
    'small TIFF': ['image/tiff', tiff([SMALL, SMALL]), null],
    'TIFF without end': ['image/tiff', tiff([SMALL, SMALL], true, true), 'image_unreadable'],
    'TIFF cut off': ['image/tiff', tiff([SMALL]).subarray(0, 20), 'image_unreadable'],
    'icon with a PNG': ['image/vnd.microsoft.icon', icon(dib(16, 32), png(...LARGE)), 'image_pixels'],
    'icon with a bitmap': ['image/vnd.microsoft.icon', icon(png(16, 16), dib(...LARGE)), 'image_pixels'],
    'small icon': ['image/vnd.microsoft.icon', icon(dib(16, 32), png(...SMALL)), null],
    'icon without pictures': ['image/vnd.microsoft.icon', icon(), 'image_unreadable'],
  };
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const)
    pictures[`small ${format}`] = [`image/${format}`, await picture(10, 10, format), null];

  for (const [name, [contentType, bytes, refusal]] of Object.entries(pictures)) {
    await app.storage.put('files/x', Readable.from(bytes.byteLength > 0 ? [bytes] : []), { maxBytes: 100_000_000 });
    const found = await inspect('files/x', { contentType, sizeBytes: bytes.byteLength });
    assert.equal(found.refusal, refusal, name);
  }
});
