import { withoutIndexes } from '#testing/growth/fill.ts';
import { fillFiles } from '#testing/growth/modules/files.ts';
import { openFilling } from '#testing/growth/filling.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { member } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import type { TestContext } from 'node:test';
import { median } from '../compare.ts';
import { openServer } from '../growth/stage.ts';
import type { Report } from '../report.ts';

const SIZES = (process.env['BONYAN_BENCH_FILE_ROWS'] ?? '1000,100000').split(',').map(Number);
const REPEATS = 31;
const WARM_UPS = 8; // a prepared statement gets its last plan from the sixth run on
const AT_MOST = 1.3;
const NOISE_MS = 1; // as in `growth`
const COUNT_MS = 15; // what counting up to 10,000 rows takes more than counting a few

/** Pages of a person who owns half of the files. */
const QUESTIONS: Record<string, string> = {
  'the first page': '/files/search',
  'the next page': '/files/search?cursor=',
  'a text that some have': '/files/search?text=report',
  'a text that one has': '/files/search?text=report%20402',
  'a text that none has': '/files/search?text=nothing%20has%20this',
  'a module': '/files/filter?module=reports',
  'a tag that most have': '/files/tags/work',
  'a tag that three have': '/files/tags/rare',
  'a type that none has': '/files/search?contentType=text/plain',
  'the trash': '/files/search?storageStatus=deleted',
};

/** What a page of files costs with few and with many of them. */
export async function lists(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  await openServer(cleanup, { autovacuum: 'off' });
  const bySize: Map<string, number>[] = [];
  for (const rows of SIZES) bySize.push(await measureAt(rows));
  const [small = new Map<string, number>(), ...larger] = bySize;
  const growth = larger.flatMap((costs, at) =>
    [...costs].map(([name, ms]) => ({ name, rows: SIZES[at + 1], ms, before: small.get(name) ?? NaN })),
  );
  return {
    rows: growth.map(({ name, rows, ms, before }) => ({
      measure: `${name}, ${rows} files against ${SIZES[0]}`,
      bonyan: ms,
      reference: before,
      unit: 'ms',
    })),
    bounds: growth.map(({ name, rows, ms, before }) => ({
      what: `${name}, ${rows} files, beyond 1.3 × and what counting takes`,
      actual: Math.max(0, ms - before * AT_MOST),
      atMost: isCounted(name) ? COUNT_MS : NOISE_MS,
      unit: 'ms',
    })),
  };
}

const isCounted = (name: string) => name !== 'the next page';

async function measureAt(rows: number): Promise<Map<string, number>> {
  const endings: (() => unknown)[] = [];
  const t = { after: (end: unknown) => void endings.push(end as () => unknown) };
  try {
    const app: TestApp = await testApp(t as TestContext);
    const owner = await member(app);
    const needs = { app, keys: createKeys(SECRET), rows, ownerId: owner.id };
    const { filling, close } = await openFilling(app.databaseUrl, needs);
    await withoutIndexes(filling, 'files', () => fillFiles(filling));
    await filling.sql('vacuum analyze');
    await close();
    const { body: renewed } = await owner.post('/users/refresh', { refreshToken: owner.tokens.refreshToken });
    const reader = app.withToken(renewed.accessToken); // a fill of millions outlives the first token
    const costs = new Map<string, number>();
    const { body } = await reader.get('/files/search');
    for (const [name, url] of Object.entries(QUESTIONS))
      costs.set(name, await costOf(() => reader.get(url.endsWith('cursor=') ? `${url}${body.nextCursor}` : url)));
    return costs;
  } finally {
    for (const end of endings.toReversed()) await end();
  }
}

/** The median of its milliseconds. */
async function costOf(ask: () => Promise<{ readonly status: number }>): Promise<number> {
  const times: number[] = [];
  for (let at = -WARM_UPS; at < REPEATS; at++) {
    const beganMs = performance.now();
    const { status } = await ask();
    if (status !== 200) throw new Error(`a page was answered with ${status}`);
    if (at >= 0) times.push(performance.now() - beganMs);
  }
  return median(times);
}
