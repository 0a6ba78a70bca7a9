import { randomBytes } from 'node:crypto';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { bombOfBombs, largeZip, lyingZip, nestedZip, overlappingZip, zipOfEntries } from '#testing/files/archives.ts';
import type { Report } from '../report.ts';
import { download, MB, untilJudged, uploadFile, watchMemory, type FilesStage } from './stage.ts';

const LOOP_MS = 100;
const GROWN_MB = 100;
const ENTRIES = 200_000;

interface Hostile {
  readonly name: string;
  readonly content: () => Promise<Uint8Array> | Uint8Array;
  /** What it becomes at the gate. */
  readonly verdict: string;
  /** What a small picture of it is answered with. */
  readonly shown?: number;
}

const files: Record<string, Hostile> = {
  'a flat bomb': { name: 'a.zip', content: () => zipSync({ a: new Uint8Array(190 * MB) }), verdict: 'archive_limits' },
  'a bomb of bombs': { name: 'a.zip', content: () => bombOfBombs(15 * MB), verdict: 'archive_limits' },
  'four levels': { name: 'a.zip', content: () => nestedZip(4), verdict: 'archive_limits' },
  [`${ENTRIES} entries`]: { name: 'a.zip', content: () => largeZip(ENTRIES), verdict: 'archive_limits' },
  [`${ENTRIES} entries that say less`]: { name: 'a.zip', content: () => zipOfEntries(ENTRIES), verdict: 'archive_broken' }, // prettier-ignore
  'overlapping entries': { name: 'a.zip', content: overlappingZip, verdict: 'archive_limits' },
  'lying sizes': { name: 'a.zip', content: lyingZip, verdict: 'archive_broken' },
  'a picture of 50.4 megapixels': { name: 'a.png', content: () => picture(8000, 6300), verdict: 'image_pixels' },
  'a picture of 49 megapixels': { name: 'a.png', content: () => picture(7000, 7000), verdict: 'available', shown: 200 },
  'a broken picture': { name: 'a.png', content: broken, verdict: 'available', shown: 422 },
  'a picture with a script': { name: 'a.svg', content: () => Buffer.from('<svg><script>1</script></svg>'), verdict: 'svg_script' }, // prettier-ignore
  'a picture of a million tags': {
    name: 'a.svg',
    content: () => svg('<g/>', 1_000_000),
    verdict: 'available',
    shown: 422,
  },
  'a picture 300 deep': { name: 'a.svg', content: () => svg('<g>', 300), verdict: 'svg_limits' },
};

/** For how long each of them stops the server, and how much memory it takes. */
export async function hostile({ server, people }: FilesStage): Promise<Report> {
  const [token = ''] = await people(1);
  const rows: Report['rows'][number][] = [];
  const bounds: Report['bounds'][number][] = [];
  await send({ name: 'a.zip', content: () => zipSync({ a: randomBytes(1000) }), verdict: 'available' });
  await send({ name: 'a.png', content: () => picture(100, 100), verdict: 'available', shown: 200 });

  async function send({ name, content, verdict, shown }: Hostile) {
    const bytes = await content();
    await server.ask({ ask: 'loopReset' });
    const stop = await watchMemory(server);
    const id = await uploadFile(server, token, { name, sizeBytes: bytes.byteLength, chunks: [bytes] });
    const found = await untilJudged(server, token, id);
    const status = shown === undefined ? undefined : (await download(server, token, `/files/${id}/image?width=99`))[1];
    const grown = (await stop()) / MB;
    const { loopMaxMs } = await server.ask({ ask: 'usage' });
    if (found !== verdict || status !== shown) throw new Error(`${name} is ${found}, ${status}`);
    return { loopMaxMs, grown };
  }

  for (const [what, file] of Object.entries(files)) {
    const { loopMaxMs, grown } = await send(file);
    console.error(`${what}: event loop ${loopMaxMs.toFixed(0)} ms, memory ${grown.toFixed(0)} MB`);
    rows.push({ measure: `${what}: event loop blocked`, bonyan: loopMaxMs, unit: 'ms' });
    rows.push({ measure: `${what}: memory grown`, bonyan: grown, unit: 'MB' });
    bounds.push({ what: `${what}: event loop`, actual: loopMaxMs, atMost: LOOP_MS, unit: 'ms' });
    bounds.push({ what: `${what}: memory`, actual: grown, atMost: GROWN_MB, unit: 'MB' });
  }
  return { rows, bounds };
}

function picture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#456' }, limitInputPixels: false })
    .png()
    .toBuffer();
}

async function broken(): Promise<Buffer> {
  return (await picture(3000, 3000)).subarray(0, 600);
}

function svg(tag: string, count: number): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${tag.repeat(count)}</svg>`);
}
