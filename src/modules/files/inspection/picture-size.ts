import { countPixels, MAX_PICTURE_BYTES, PICTURES } from './pictures.ts';

/** Bytes of a stored picture from `start` on; fewer at its end. */
export type ReadAt = (start: number, length: number) => Promise<Buffer>;

/** Most pictures say their size in it. */
const HEAD_BYTES = 1024 * 1024;
/** Each costs a request to the storage. */
const MAX_PAGES = 500;
const MAX_ICONS = 100;
const MAX_FIELDS = 500;
const PNG_MARK = '89504e470d0a1a0a';

/**
 * Pixels of the picture, of several the most; null if it does not say it. `unknown` for a type whose pictures are not read
 * here, and that nothing here decodes.
 */
export async function countStoredPixels(
  contentType: string,
  sizeBytes: number,
  read: ReadAt,
): Promise<number | null | 'unknown'> {
  const count = HEADERS[contentType];
  if (count) return count(read);
  const found = await countPixels(await read(0, HEAD_BYTES));
  if (found !== null) return found;
  if (!PICTURES.has(contentType)) return 'unknown';
  // What a camera or an editor adds can be in front of the size, as can what is there to hide it.
  return sizeBytes <= HEAD_BYTES || sizeBytes > MAX_PICTURE_BYTES ? null : countPixels(await read(0, sizeBytes));
}

const HEADERS: Readonly<Record<string, (read: ReadAt) => Promise<number | null>>> = {
  'image/bmp': async (read) => toBitmapPixels((await read(0, 26)).subarray(14)),
  'image/vnd.microsoft.icon': countIconPixels,
  'image/tiff': countTiffPixels,
};

function toBitmapPixels(header: Buffer): number | null {
  if (header.byteLength < 12) return null;
  return header.readUInt32LE(0) === 12
    ? header.readUInt16LE(4) * header.readUInt16LE(6)
    : Math.abs(header.readInt32LE(4)) * Math.abs(header.readInt32LE(8)); // a negative height: from the top
}

/** The directory says at most 256 pixels a side; the pictures in it can say more. */
async function countIconPixels(read: ReadAt): Promise<number | null> {
  const head = await read(0, 6 + 16 * MAX_ICONS);
  const count = head.byteLength < 6 ? 0 : head.readUInt16LE(4);
  if (count === 0 || count > MAX_ICONS || head.byteLength < 6 + 16 * count) return null;
  let most = 0;
  for (let at = 0; at < count; at++) {
    const picture = await read(head.readUInt32LE(6 + 16 * at + 12), 24);
    const isPng = picture.byteLength === 24 && picture.subarray(0, 8).toString('hex') === PNG_MARK;
    const pixels = isPng ? picture.readUInt32BE(16) * picture.readUInt32BE(20) : toBitmapPixels(picture);
    if (pixels === null) return null;
    most = Math.max(most, pixels);
  }
  return most;
}

/** Of its largest page. */
async function countTiffPixels(read: ReadAt): Promise<number | null> {
  const head = await read(0, 8);
  const mark = head.toString('latin1', 0, 4);
  if (head.byteLength < 8 || (mark !== 'II*\0' && mark !== 'MM\0*')) return null; // also that of more than 4 GiB
  const isLittle = mark.startsWith('I');
  const short = (from: Buffer, at: number) => (isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at));
  const long = (from: Buffer, at: number) => (isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at));
  let most: number | null = null;
  let next = long(head, 4);
  for (let pages = 0; next !== 0; pages++) {
    const page = await read(next, 2 + 12 * MAX_FIELDS + 4);
    const fields = page.byteLength < 2 ? 0 : short(page, 0);
    if (pages === MAX_PAGES || fields === 0 || fields > MAX_FIELDS || page.byteLength < 2 + 12 * fields + 4)
      return null;
    const valueOf = (tag: number): number | null => {
      for (let at = 2; at < 2 + 12 * fields; at += 12)
        if (short(page, at) === tag) return short(page, at + 2) === 3 ? short(page, at + 8) : long(page, at + 8);
      return null;
    };
    const [width, height] = [valueOf(256), valueOf(257)];
    if (width === null || height === null) return null;
    most = Math.max(most ?? 0, width * height);
    next = long(page, 2 + 12 * fields);
  }
  return most;
}
