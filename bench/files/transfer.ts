import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { median, toRow } from '../compare.ts';
import type { Report } from '../report.ts';
import { download, MB, untilJudged, uploadFile, watchMemory, type FilesStage } from './stage.ts';

const SIZE = Number(process.env['BONYAN_BENCH_FILE_BYTES'] ?? 2 * 1024 ** 3);
const ROUNDS = 3;
const CHUNK = 1024 * 1024;
const WARM_UP_BYTES = 256 * CHUNK;

/** One large file up and down, against `cp`, `sync -f` and `sha256sum` of the same bytes on the same disk, in turns. */
export async function transfer({ server, folder, people }: FilesStage): Promise<Report> {
  const [token = ''] = await people(1);
  const paths = { source: join(folder, 'source'), copy: join(folder, 'copy'), small: join(folder, 'small') };
  await writeRandom(paths.source, SIZE);
  await writeRandom(paths.small, WARM_UP_BYTES);
  await upAndDown(paths.small, WARM_UP_BYTES);
  const bare: number[] = [];
  const measured: Awaited<ReturnType<typeof upAndDown>>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timed(async () => copyBare(paths.source, paths.copy)));
    rmSync(paths.copy);
    measured.push(await upAndDown(paths.source, SIZE));
  }

  async function upAndDown(path: string, sizeBytes: number) {
    const stop = await watchMemory(server);
    let id = '';
    const upMs = await timed(async () => {
      const chunks = createReadStream(path, { highWaterMark: CHUNK });
      id = await uploadFile(server, token, { name: 'large.bin', sizeBytes, chunks });
    });
    const releasedMs = await timed(() => untilJudged(server, token, id));
    const downMs = await timed(async () => {
      const [bytes, status] = await download(server, token, `/files/${id}/download`);
      if (bytes !== sizeBytes) throw new Error(`${bytes} of ${sizeBytes} bytes came back, with ${status}`);
    });
    return { upMs, releasedMs, downMs, grownBytes: await stop() };
  }

  const perSecond = (ms: number) => SIZE / MB / (ms / 1000);
  const of = (key: keyof (typeof measured)[number]) => measured.map((each) => each[key]);
  const ratio = (key: 'upMs' | 'downMs') => median(measured.map((each, at) => (bare[at] ?? NaN) / each[key]));
  const size = `${(SIZE / 1024 ** 3).toFixed(1)} GiB`;
  const grown = Math.max(...measured.map(({ grownBytes }) => grownBytes));
  return {
    rows: [
      toRow(`upload of ${size}`, 'MB/s', of('upMs').map(perSecond), bare.map(perSecond)),
      toRow(`download of ${size}`, 'MB/s', of('downMs').map(perSecond), bare.map(perSecond)),
      toRow(
        'released after the upload',
        's',
        of('releasedMs').map((ms) => ms / 1000),
      ),
      { measure: 'memory grown', bonyan: grown / MB, unit: 'MB' },
    ],
    bounds: [
      { what: 'upload against cp, sync and sha256sum', actual: ratio('upMs'), atLeast: 0.6, unit: '×' },
      { what: 'download against cp, sync and sha256sum', actual: ratio('downMs'), atLeast: 0.6, unit: '×' },
      { what: 'memory grown by one large file', actual: grown / MB, atMost: 64, unit: 'MB' },
    ],
  };
}

function copyBare(source: string, copy: string): void {
  execFileSync('sh', ['-c', 'cp "$1" "$2" && sync -f "$2" && sha256sum "$2"', 'sh', source, copy]);
}

async function writeRandom(path: string, sizeBytes: number): Promise<void> {
  const chunk = randomBytes(CHUNK).fill(1, 0, 4);
  function* chunks() {
    for (let at = 0; at < sizeBytes; at += CHUNK) {
      chunk.writeDoubleBE(at, 8); // no two chunks are the same
      yield Buffer.from(chunk.subarray(0, Math.min(CHUNK, sizeBytes - at)));
    }
  }
  await pipeline(Readable.from(chunks()), createWriteStream(path));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
