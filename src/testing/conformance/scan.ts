import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { ScanPort } from '#platform/scan/port.ts';

/** The harmless string that every scanner calls infected; in two halves, so that scanners do not report this file. */
export const EICAR_HALVES = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'] as const;
const EICAR = EICAR_HALVES.join('');

export interface ScanUnderTest {
  readonly scan: ScanPort;
  /** The same implementation, with an address where no scanner listens. */
  readonly gone: ScanPort;
  /** The largest stream that it accepts; at least a few megabytes. */
  readonly maxBytes: number;
}

const sourceOf = (...chunks: (string | Uint8Array)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const padding = (bytes: number) => Buffer.alloc(bytes, 'a');

/** The tests that every implementation with a scanner must pass. It must give up a silent source within a second. */
export function scanConformance(name: string, open: (t: TestContext) => Promise<ScanUnderTest>): void {
  test(`${name}: harmless bytes are clean, and so is an empty stream`, async (t) => {
    const { scan } = await open(t);

    assert.deepEqual(await scan.scan(sourceOf('سلام')), { verdict: 'clean' });
    assert.deepEqual(await scan.scan(sourceOf()), { verdict: 'clean' });
    assert.deepEqual(await scan.scan(sourceOf('', '')), { verdict: 'clean' });
  });

  for (const [where, chunks] of Object.entries({
    alone: [EICAR],
    'split across chunks': [...EICAR_HALVES],
    'in chunks of one byte': Array.from(EICAR),
    'after an empty chunk': ['clean', '', EICAR],
    'after a first empty chunk': ['', EICAR],
    'with an empty chunk inside': [EICAR_HALVES[0], '', EICAR_HALVES[1]],
    'within a megabyte': [padding(500_000), EICAR, padding(500_000)],
  })) {
    test(`${name}: an infected stream is found ${where}`, async (t) => {
      const { scan } = await open(t);

      const result = await scan.scan(sourceOf(...chunks));

      assert.equal(result.verdict, 'infected');
      assert.match('signature' in result ? result.signature : '', /eicar/i);
    });
  }

  test(`${name}: a stream up to the limit is scanned, a larger one is unscannable and not clean`, async (t) => {
    const { scan, maxBytes } = await open(t);
    const source = sourceOf(padding(maxBytes), 'x');

    assert.deepEqual(await scan.scan(sourceOf(padding(maxBytes))), { verdict: 'clean' });
    assert.deepEqual(await scan.scan(source), { verdict: 'unscannable', reason: 'too_large' });
    assert.ok(source.destroyed);
  });

  test(`${name}: many scans at once get their own verdicts`, async (t) => {
    const { scan } = await open(t);
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => scan.scan(sourceOf(index % 2 ? EICAR : `clean ${index}`))),
    );
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      verdicts.map((_, index) => (index % 2 ? 'infected' : 'clean')),
    );
  });

  test(`${name}: a scanner that does not answer is an error`, async (t) => {
    const { gone } = await open(t);
    await assert.rejects(gone.scan(sourceOf('clean')));
  });

  test(`${name}: the error of a source is thrown`, async (t) => {
    const { scan } = await open(t);
    async function* failing() {
      yield padding(100_000);
      throw new Error('the disk failed');
    }
    await assert.rejects(scan.scan(failing()), /the disk failed/);
  });

  test(`${name}: a source that is destroyed or ends early is an error`, async (t) => {
    const { scan } = await open(t);
    const dead = new Readable({ read() {} });
    const scanned = scan.scan(dead);
    dead.destroy(new Error('the connection ended'));
    await assert.rejects(scanned);

    const broken = new Readable({ read() {} });
    broken.push('half');
    const half = scan.scan(broken);
    broken.destroy();
    await assert.rejects(half);
  });

  test(`${name}: a source that stalls is closed, and is an error`, async (t) => {
    const { scan } = await open(t);
    const stalled = new Readable({ read() {} });
    stalled.push('a beginning');

    await assert.rejects(scan.scan(stalled));

    assert.ok(stalled.destroyed);
  });
}
