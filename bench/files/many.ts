import { randomBytes } from 'node:crypto';
import type { Report } from '../report.ts';
import { MB, uploadFile, watchMemory, type FilesStage } from './stage.ts';

const PEOPLE = 20;
const EACH = 10; // what one person may upload at once
const SIZE = 50 * MB;
const CHUNK = 256 * 1024;

/** Two hundred uploads of 50 MB at once. */
export async function many({ server, people }: FilesStage): Promise<Report> {
  const tokens = await people(PEOPLE);
  const shared = randomBytes(CHUNK);

  function* chunks(first: Buffer) {
    yield first;
    for (let left = SIZE - first.length; left > 0; left -= CHUNK) yield shared.subarray(0, Math.min(CHUNK, left));
  }
  const send = (token: string) => {
    const first = randomBytes(64).fill(1, 0, 4); // no two files are the same
    return uploadFile(server, token, { name: 'a.bin', sizeBytes: SIZE, chunks: chunks(first) });
  };

  await Promise.all(tokens.map(send));
  const stop = await watchMemory(server);
  const beganMs = performance.now();
  const sent = await Promise.allSettled(tokens.flatMap((token) => Array.from({ length: EACH }, () => send(token))));
  const tookMs = performance.now() - beganMs;
  const grown = (await stop()) / MB;
  const refused = sent.filter((each) => each.status === 'rejected');
  if (refused.length > 0)
    throw new AggregateError(
      refused.map(({ reason }) => reason),
      `${refused.length} uploads failed`,
    );

  const uploads = PEOPLE * EACH;
  return {
    rows: [
      { measure: `${uploads} uploads of 50 MB at once`, bonyan: (uploads * SIZE) / MB / (tookMs / 1000), unit: 'MB/s' },
      { measure: 'memory grown by them', bonyan: grown, unit: 'MB' },
    ],
    bounds: [{ what: `memory grown by ${uploads} uploads`, actual: grown, atMost: 300, unit: 'MB' }],
  };
}
