import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import type { Report } from '../report.ts';
import { download, MB, untilJudged, uploadFile, watchMemory, type FilesStage } from './stage.ts';

const [WIDTH, HEIGHT] = [6000, 4000];
const COUNT = 60;
const SMALLEST = 200; // each in a size of its own, since the latest are kept in memory

/** Small pictures of a photograph of 24 megapixels. */
export async function pictures({ server, people }: FilesStage): Promise<Report> {
  const [token = ''] = await people(1);
  const photo = await photograph();
  const id = await uploadFile(server, token, { name: 'photo.jpg', sizeBytes: photo.byteLength, chunks: [photo] });
  await untilJudged(server, token, id);
  const show = async (width: number) => {
    const [, status] = await download(server, token, `/files/${id}/image?width=${width}&format=webp`);
    if (status !== 200) throw new Error(`a picture was answered with ${status}`);
  };
  await show(SMALLEST - 1);

  const stop = await watchMemory(server);
  const beganMs = performance.now();
  let next = 0;
  const client = async () => {
    while (next < COUNT) await show(SMALLEST + next++);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, client));
  const perSecond = COUNT / ((performance.now() - beganMs) / 1000);
  const grown = (await stop()) / MB;

  return {
    rows: [
      { measure: 'small pictures of 24 megapixels', bonyan: perSecond, unit: '/s' },
      { measure: 'memory grown by them', bonyan: grown, unit: 'MB' },
    ],
    bounds: [{ what: 'small pictures of 24 megapixels', actual: perSecond, atLeast: 14, unit: '/s' }],
  };
}

/** Of shapes and noise, as cameras make them: about 6 MB. */
async function photograph(): Promise<Buffer> {
  const shapes = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><defs><linearGradient id="g"><stop stop-color="#247"/><stop offset="1" stop-color="#fc8"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="2000" cy="1800" r="900" fill="#373"/></svg>`,
  );
  const noise = {
    width: WIDTH,
    height: HEIGHT,
    channels: 3,
    noise: { type: 'gaussian', mean: 128, sigma: 12 },
  } as const;
  return sharp({ create: { ...noise, background: '#888' } })
    .composite([{ input: shapes, blend: 'overlay' }])
    .jpeg({ quality: 85 })
    .toBuffer();
}
