import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import type { Report } from '../report.ts';
import { download, MB, untilJudged, uploadFile, watchMemory, type FilesStage } from './stage.ts';

const [WIDTH, HEIGHT] = [6000, 4000];
const COUNT = 60;
const CLIENTS = Math.min(2, availableParallelism()); // as many as a process makes at once
const SMALLEST = 200; // each in a size of its own, since the latest are kept in memory

/** Small pictures of a photograph of 24 megapixels, against the same without a server. */
export async function pictures({ server, people }: FilesStage): Promise<Report> {
  const photo = await photograph();
  const viewers = await Promise.all((await people(CLIENTS)).map(toViewer)); // the pictures of one person are made in turn
  await Promise.all(viewers.map((show) => show(SMALLEST - 1)));

  const bare = await perSecondOf(Array.from({ length: CLIENTS }, () => (width) => bareSmall(photo, width)));
  const stop = await watchMemory(server);
  const perSecond = await perSecondOf(viewers);
  const grown = (await stop()) / MB;

  async function toViewer(token: string) {
    const id = await uploadFile(server, token, { name: 'photo.jpg', sizeBytes: photo.byteLength, chunks: [photo] });
    await untilJudged(server, token, id);
    return async (width: number) => {
      const [, status] = await download(server, token, `/files/${id}/image?width=${width}&format=webp`);
      if (status !== 200) throw new Error(`a picture was answered with ${status}`);
    };
  }

  return {
    rows: [
      { measure: 'small pictures of 24 megapixels', bonyan: perSecond, reference: bare, unit: '/s' },
      { measure: 'memory grown by them', bonyan: grown, unit: 'MB' },
    ],
    bounds: [{ what: 'small pictures of 24 megapixels', actual: perSecond, atLeast: 14, unit: '/s' }],
  };
}

/** Each client makes one after the other, until all have been made. */
async function perSecondOf(clients: readonly ((width: number) => Promise<unknown>)[]): Promise<number> {
  const beganMs = performance.now();
  let next = 0;
  const work = async (show: (width: number) => Promise<unknown>) => {
    while (next < COUNT) await show(SMALLEST + next++);
  };
  await Promise.all(clients.map(work));
  return COUNT / ((performance.now() - beganMs) / 1000);
}

/** What the picture costs without a server. */
const bareSmall = (photo: Buffer, width: number) => sharp(photo).resize({ width }).webp().toBuffer();

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
