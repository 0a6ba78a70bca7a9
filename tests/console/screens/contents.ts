import sharp from 'sharp';

type Colour = readonly [number, number, number];

const SUN: Colour = [255, 243, 214];
const HAZE: Colour = [251, 233, 207];
const PLACES: readonly (readonly [sky: Colour, ground: Colour])[] = [
  [
    [200, 100, 30],
    [90, 42, 14],
  ],
  [
    [31, 111, 120],
    [14, 59, 67],
  ],
  [
    [40, 85, 156],
    [20, 45, 92],
  ],
  [
    [122, 59, 105],
    [61, 26, 53],
  ],
  [
    [27, 112, 68],
    [12, 61, 36],
  ],
];

/** A JPEG of hills before a sky; another one for each number. Of pixels, since the server opens no SVG. */
export function picture(at: number, width = 1200, height = 800): Promise<Buffer> {
  const [sky, ground] = PLACES[at % PLACES.length] ?? [HAZE, SUN];
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set(colourAt(x / width, y / height, { at, sky, ground, ratio: width / height }), (y * width + x) * 3);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

interface Scene {
  readonly at: number;
  readonly sky: Colour;
  readonly ground: Colour;
  readonly ratio: number;
}

function colourAt(x: number, y: number, { at, sky, ground, ratio }: Scene): Colour {
  if (y > 0.78 + 0.06 * Math.sin(4 * x + at)) return ground;
  if (y > 0.6 + 0.1 * Math.sin(5 * x + 2 * at)) return mix(ground, sky, 0.45);
  const sunX = 0.2 + ((at * 0.17) % 0.6);
  return Math.hypot((x - sunX) * ratio, y - 0.36) < 0.13 ? SUN : mix(HAZE, sky, y);
}

function mix([r, g, b]: Colour, [toR, toG, toB]: Colour, part: number): Colour {
  return [r + (toR - r) * part, g + (toG - g) * part, b + (toB - b) * part];
}

/** The smallest PDF that readers open: one empty page. */
export function pdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ];
  let text = '%PDF-1.4\n';
  const starts = objects.map((object, at) => {
    const start = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return String(start).padStart(10, '0');
  });
  const table = ['0000000000 65535 f ', ...starts.map((start) => `${start} 00000 n `)].join('\n');
  const end = `trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 4\n${table}\n${end}`);
}
