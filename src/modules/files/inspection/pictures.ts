import type Sharp from 'sharp';

/** Larger pictures are not decoded: a small file can claim any number of pixels. */
export const MAX_PIXELS = 50_000_000;
/** A picture is in memory as a whole while it is decoded. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const TIMEOUT_SECONDS = 20;
const QUALITY = 80;
/** By default the library also reads SVG, PDF and formats of scientists. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);

/** Types that `resize` and `toSquare` take. */
export const PICTURES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]);

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly fit: 'inside' | 'cover' | 'contain';
  readonly format: 'webp' | 'jpeg' | 'png';
}

/** Of the upright picture, in its pixels. */
export interface PictureCrop {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

let library: Promise<typeof Sharp> | null = null;

/** Takes 30 MB of memory, so only a process that sees pictures loads it. */
function load(): Promise<typeof Sharp> {
  library ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: LOADERS });
    sharp.concurrency(1); // one thread for each picture: callers limit how many there are
    sharp.cache(false);
    return sharp;
  });
  return library;
}

/** The picture in another size, upright, without the data of the camera; null if it cannot be decoded. */
export async function resize(content: Uint8Array, { width, height, fit, format }: PictureSize): Promise<Buffer | null> {
  const sharp = await load();
  const picture = sharp(content, { limitInputPixels: MAX_PIXELS, sequentialRead: true })
    .autoOrient()
    .resize({ width, height, fit, withoutEnlargement: true, background: '#ffffff00' })
    .timeout({ seconds: TIMEOUT_SECONDS });
  if (format === 'jpeg') picture.flatten({ background: '#ffffff' });
  return picture
    .toFormat(format, { quality: QUALITY })
    .toBuffer()
    .catch(() => null);
}

/**
 * A square of the picture as WebP, upright, without the data of the camera; without `crop`, of its middle. Null if it
 * cannot be decoded; `outside` if the crop is not inside it.
 */
export async function toSquare(
  content: Uint8Array,
  side: number,
  crop: PictureCrop | null,
): Promise<Buffer | 'outside' | null> {
  const sharp = await load();
  const picture = sharp(content, { limitInputPixels: MAX_PIXELS }).autoOrient().timeout({ seconds: TIMEOUT_SECONDS });
  if (crop) {
    const { autoOrient } = await picture.metadata().catch(() => ({ autoOrient: null }));
    if (!autoOrient) return null;
    if (crop.x + crop.size > autoOrient.width || crop.y + crop.size > autoOrient.height) return 'outside';
    picture.extract({ left: crop.x, top: crop.y, width: crop.size, height: crop.size });
  }
  return picture
    .resize({ width: side, height: side, fit: 'cover' })
    .webp({ quality: QUALITY })
    .toBuffer()
    .catch(() => null);
}

/** What the head of a picture says of its pixels; null if it does not say it. */
export async function countPixels(head: Uint8Array): Promise<number | null> {
  if (head.byteLength === 0) return null; // which sharp refuses at once
  const sharp = await load();
  const { width, height } = await sharp(head, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch(() => ({ width: null, height: null }));
  return width === null || height === null ? null : width * height;
}
