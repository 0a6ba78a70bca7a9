import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { searchText, tokensOf } from '#kernel/text.ts';
import type { TestApp } from '#testing/app.ts';
import { logStores, type LogStore } from '#testing/logging/stores.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write } = loggingPermissions;
const isLong = process.env['BONYAN_TEST_FAULTS'] === '1';
/** Also the short form has more than are looked at in one call where no index helps. */
const LINES = isLong ? 32_000 : 12_000;
const ROUNDS = isLong ? 67 : 25; // of three queries
const SYLLABLES = ['ba', 'ter', 'lo', 'min', 'ga', 'set', 'ra', 'ون', 'می‌', 'كا', 'ربَ', 'سی', 'ته', 'آن'];
const COMMON = ['timeout', 'payment', 'سفارش', 'پرداخت', 'ناموفق', 'failed', 'ECONNRESET', 'می‌شود'];

/** Always the same numbers. */
function createRandom(): (below: number) => number {
  let state = 7;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

type Random = ReturnType<typeof createRandom>;

/** Words of both languages, paths, addresses of mail and of hosts, and names with dots. */
function makeTerm(random: Random): string {
  const word = () => {
    const [from, count] = random(2) ? [0, 7] : [7, 7]; // of one script
    return Array.from({ length: 2 + random(3) }, () => SYLLABLES[from + random(count)]).join('');
  };
  const kinds = [
    word,
    word,
    () => (random(6) ? word() : (COMMON[random(COMMON.length)] ?? '')),
    () => `/api/v${random(3)}/${word()}/${random(500)}`,
    () => `${word()}.${word()}@example.com`,
    () => `10.${random(9)}.${random(20)}.${random(250)}`,
    () => `${word()}.${word()}`,
    () => `${word()}_${word()}-${random(90)}`,
    () => `${random(100_000)}`.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit))),
  ];
  return kinds[random(kinds.length)]?.() ?? '';
}

async function prepare(t: TestContext, store: LogStore, random: Random) {
  const app = await store.open(t);
  const client = app.signIn(read, write);
  const terms = Array.from({ length: 3000 }, () => makeTerm(random));
  const lines = Array.from({ length: LINES }, () =>
    Array.from({ length: 4 + random(6) }, () => terms[random(terms.length)]).join(' '),
  );
  await store.ingest(
    app,
    client,
    lines.map((message, n) => ({ message, requestId: String(n) })),
  );
  await app.database.pool.query('analyze logging.event');
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-grep-'));
  t.after(() => rm(folder, { recursive: true }));
  const [file, wordsFile] = [join(folder, 'lines'), join(folder, 'words')];
  await writeFile(file, lines.map((line) => `${searchText(line)}\n`).join(''));
  await writeFile(wordsFile, lines.map((line) => `${tokensOf(line).join(' ')}\n`).join(''));
  return { client, lines, file, wordsFile };
}

/** A part of a word, and the end of one with the beginning of the next. What joins two words makes no difference. */
function partsOf(lines: readonly string[], random: Random): { alone: string; across: string } {
  for (;;) {
    const words = tokensOf(lines[random(lines.length)] ?? '').map((word) => Array.from(word));
    const at = random(words.length - 1);
    const [one = [], other = []] = words.slice(at);
    if (one.length < 5 || other.length < 5) continue;
    return { alone: one.slice(1, -1).join(''), across: `${one.slice(1).join('')} ${other.slice(0, -1).join('')}` };
  }
}

/** The lines that grep finds, by their numbers from 0. */
function grep(file: string, options: readonly string[], text: string): number[] {
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
  const found = execFileSync('sh', ['-c', 'grep -n -F "$@" || true', 'grep', ...options, '-e', text, file], {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return found.split('\n').flatMap((line) => (line === '' ? [] : [Number(line.split(':')[0]) - 1]));
}

async function search(client: ReturnType<TestApp['signIn']>, query: string): Promise<number[]> {
  const found: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const parameters = new URLSearchParams({ query, pageSize: '100', ...(cursor && { cursor }) });
    const { status, body } = await client.get(`/logging/events?${parameters.toString()}`);
    assert.equal(status, 200, `${query} ${JSON.stringify(body)}`);
    found.push(...body.items.map(({ requestId }: { requestId: string }) => Number(requestId)));
    cursor = body.nextCursor;
  }
  return found.toSorted((one, other) => one - other);
}

for (const store of logStores)
  test(
    `${store.name}: words, phrases and parts of words find the lines that grep finds`,
    { skip: store.skip, timeout: 300_000 },
    async (t) => {
      const random = createRandom();
      const { client, lines, file, wordsFile } = await prepare(t, store, random);
      const differing: string[] = [];
      let matches = 0;

      async function compare(query: string, expected: readonly number[]): Promise<void> {
        const found = await search(client, query);
        matches += found.length;
        if (JSON.stringify(found) !== JSON.stringify(expected))
          differing.push(`${query}: ${found.length} and not ${expected.length}`);
      }

      for (let round = 0; round < ROUNDS; round++) {
        const terms = lines[random(LINES)]?.split(' ') ?? [];
        const at = random(terms.length);
        const phrase = terms.slice(at, at + 1 + random(3)).join(' ');
        await compare(`"${phrase}"`, grep(file, ['-w'], searchText(phrase)));
        const { alone, across } = partsOf(lines, random);
        await compare(`*${alone}*`, grep(file, [], alone));
        await compare(`*"${across}"*`, grep(wordsFile, [], across));
      }

      t.diagnostic(`${matches} lines found by ${3 * ROUNDS} queries`);
      assert.deepEqual(differing, []);
    },
  );
