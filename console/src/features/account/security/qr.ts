/**
 * QR codes (ISO/IEC 18004) of texts in bytes, with error correction of level L: a screen is never smudged. Versions 1 to 15,
 * up to 520 bytes.
 */

/** For each version: bytes of error correction in a block, and the number of blocks. */
const LEVEL_L: readonly (readonly [number, number])[] = [
  [7, 1], [10, 1], [15, 1], [20, 1], [26, 1], [18, 2], [20, 2], [24, 2], [30, 2], [18, 4], [20, 4], [24, 4], [26, 4],
  [30, 4], [22, 6],
]; // prettier-ignore
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

interface Grid {
  /** Rows of dark modules. */
  readonly dark: boolean[][];
  /** Modules that carry no data. */
  readonly fixed: boolean[][];
}

/** Rows of modules, true for dark; null for a text that is too long. */
export function toQrCode(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text);
  const version = LEVEL_L.findIndex((_, at) => bytes.length <= capacity(at + 1)) + 1;
  if (version === 0) return null;
  const codewords = withCorrection(toCodewords(bytes, version), version);
  const made = MASKS.map((_, mask) => draw(codewords, version, mask));
  const penalties = made.map(penaltyOf);
  return made[penalties.indexOf(Math.min(...penalties))] ?? null;
}

function capacity(version: number): number {
  return dataBytes(version) - (version < 10 ? 2 : 3);
}

/** Bytes of the whole symbol. */
function rawBytes(version: number): number {
  const aligned = version < 2 ? 0 : Math.floor(version / 7) + 2;
  const bits =
    (16 * version + 128) * version + 64 - (aligned ? (25 * aligned - 10) * aligned - 55 : 0) - (version < 7 ? 0 : 36);
  return Math.floor(bits / 8);
}

function dataBytes(version: number): number {
  const [each = 0, blocks = 0] = LEVEL_L[version - 1] ?? [];
  return rawBytes(version) - each * blocks;
}

function toCodewords(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at--) bits.push((value >> at) & 1);
  };
  const total = dataBytes(version);
  put(4, 4); // bytes
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, total * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const codewords = Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  );
  for (let fill = 0xec; codewords.length < total; fill ^= 0xec ^ 0x11) codewords.push(fill);
  return codewords;
}

/** Splits into blocks, adds to each its correction, and takes a byte of each in turn. */
function withCorrection(data: readonly number[], version: number): number[] {
  const [each = 0, count = 1] = LEVEL_L[version - 1] ?? [];
  const raw = rawBytes(version);
  const short = Math.floor(raw / count) - each;
  const shortBlocks = count - (raw % count);
  const divisor = divisorOf(each);
  let from = 0;
  const blocks = Array.from({ length: count }, (_, at) => {
    const length = short + (at < shortBlocks ? 0 : 1);
    const block = data.slice(from, (from += length));
    return { block, correction: remainderOf(block, divisor) };
  });
  const columns = Array.from({ length: short + 1 }, (_, at) => blocks.flatMap(({ block }) => block.slice(at, at + 1)));
  const corrections = Array.from({ length: each }, (_, at) => blocks.map(({ correction }) => correction[at] ?? 0));
  return [...columns.flat(), ...corrections.flat()];
}

function multiply(one: number, other: number): number {
  let product = 0;
  for (let at = 7; at >= 0; at--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((other >>> at) & 1) * one;
  }
  return product;
}

function divisorOf(degree: number): number[] {
  const result = Array.from({ length: degree }, (_, at): number => (at === degree - 1 ? 1 : 0));
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let at = 0; at < degree; at++) result[at] = multiply(result[at] ?? 0, root) ^ (result[at + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    for (const [at, each] of divisor.entries()) result[at] = (result[at] ?? 0) ^ multiply(each, factor);
  }
  return result;
}

function draw(codewords: readonly number[], version: number, mask: number): boolean[][] {
  const grid = frame(version, mask);
  const side = grid.dark.length;
  let bit = 0;
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5; // the column of the timing pattern carries nothing
    for (let step = 0; step < side; step++)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? side - 1 - step : step;
        if (grid.fixed[y]?.[x]) continue;
        const value = ((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
        bit++;
        const row = grid.dark[y];
        if (row) row[x] = (value === 1) !== (MASKS[mask]?.(x, y) ?? false);
      }
  }
  return grid.dark;
}

/** What every symbol of the version has, with the format of the mask. */
function frame(version: number, mask: number): Grid {
  const side = version * 4 + 17;
  const empty = () => Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  const grid: Grid = { dark: empty(), fixed: empty() };
  const set = (x: number, y: number, isDark: boolean) => {
    const [dark, fixed] = [grid.dark[y], grid.fixed[y]];
    if (!dark || !fixed || x < 0 || x >= side) return;
    dark[x] = isDark;
    fixed[x] = true;
  };
  for (let at = 0; at < side; at++) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [side - 4, 3],
    [3, side - 4],
  ] as const)
    // prettier-ignore
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const away = Math.max(Math.abs(dx), Math.abs(dy));
        set(x + dx, y + dy, away !== 2 && away !== 4);
      }
  const places = alignments(version);
  const last = places.length - 1;
  for (const [i, x] of places.entries())
    for (const [j, y] of places.entries()) {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) continue;
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  const format = withRemainder((1 << 3) | mask, 10, 0x537) ^ 0x5412; // 1: level L
  const bit = (value: number, at: number) => ((value >> at) & 1) === 1;
  for (let at = 0; at < 15; at++) {
    const isDark = bit(format, at);
    // Once around the first corner, and once more at the two others.
    if (at < 8) set(8, at < 6 ? at : at + 1, isDark);
    else set(at === 8 ? 7 : 14 - at, 8, isDark);
    if (at < 8) set(side - 1 - at, 8, isDark);
    else set(8, side - 15 + at, isDark);
  }
  set(8, side - 8, true);
  if (version >= 7) {
    const bits = withRemainder(version, 12, 0x1f25);
    for (let at = 0; at < 18; at++) {
      const [one, other] = [side - 11 + (at % 3), Math.floor(at / 3)];
      set(one, other, bit(bits, at));
      set(other, one, bit(bits, at));
    }
  }
  return grid;
}

function withRemainder(value: number, length: number, divisor: number): number {
  let remainder = value;
  for (let step = 0; step < length; step++) remainder = (remainder << 1) ^ ((remainder >>> (length - 1)) * divisor);
  return (value << length) | remainder;
}

function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const first = version * 4 + 10;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => first - at * step).toReversed()];
}

/** How hard a symbol is to read: runs, blocks, what looks like a corner, and too much of one colour. */
function penaltyOf(dark: readonly (readonly boolean[])[]): number {
  const columns = dark.map((_, x) => dark.map((row) => row[x] ?? false));
  const lines = [...dark, ...columns].map((line) => line.map((isDark) => (isDark ? '1' : '0')).join(''));
  const runs = lines
    .flatMap((line) => line.match(/1{5,}|0{5,}/g) ?? [])
    .reduce((sum, { length }) => sum + length - 2, 0);
  const corners = lines.reduce((sum, line) => sum + (line.match(/(?=10111010000|00001011101)/g)?.length ?? 0), 0);
  let blocks = 0;
  for (const [y, row] of dark.entries())
    for (const [x, isDark] of row.entries()) {
      const below = dark[y + 1];
      if (below && x + 1 < row.length && row[x + 1] === isDark && below[x] === isDark && below[x + 1] === isDark)
        blocks++;
    }
  const all = dark.length ** 2;
  const share = dark.flat().filter(Boolean).length / all;
  return runs + blocks * 3 + corners * 40 + Math.floor(Math.abs(share - 0.5) * 20) * 10;
}
