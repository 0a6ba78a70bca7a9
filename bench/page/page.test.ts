import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { benchmarks } from '../benchmarks.ts';
import { MACHINE, resultOf } from './example.ts';
import { describeMachine, versionsOf } from './machine.ts';
import { blocksOf, ELSEWHERE, fill, PAGES, type Language } from './page.ts';
import { openResults, settingsOf } from './results.ts';

const LANGUAGES = Object.keys(PAGES) as Language[];
const read = (language: Language) => readFileSync(PAGES[language], 'utf8');

for (const language of LANGUAGES)
  test(`${basename(PAGES[language])} in ${language} says what the stored results say: npm run bench writes both`, () => {
    const text = read(language);

    assert.equal(text, fill(text, language, openResults().all()));
  });

test('each benchmark is in both pages, or has a reason not to be', () => {
  const shown = LANGUAGES.map((language) => blocksOf(read(language)).toSorted());

  const expected = [
    ...Object.keys(benchmarks).filter((name) => !(name in ELSEWHERE)),
    'machines',
    'summary',
  ].toSorted();
  assert.deepEqual(shown, [expected, expected]);
});

test('each stored result is of a benchmark, and names no path, address or host', () => {
  const names = [...openResults().all().keys()];
  const folder = join(import.meta.dirname, '..', 'results');
  const texts = names.map((name) => readFileSync(join(folder, `${name}.json`), 'utf8'));

  const path = /["\s'=(:](\/(home|root|tmp|var|usr|opt|mnt|srv|work|Users|private|data)\b|[A-Z]:\\)/;
  const address = /\w+:\/\/|\b\d{1,3}(\.\d{1,3}){3}\b|[\w.]+@[\w.]+|"(host|hostname)"/;
  assert.deepEqual(
    names.filter((name) => !(name in benchmarks)),
    [],
  );
  assert.deepEqual(
    texts.filter((text) => path.test(text) || address.test(text)),
    [],
  );
});

test('a bound that is missed is at the top of the page and beside its benchmark, with its figures', () => {
  const result = resultOf({
    rows: [{ measure: 'list: CPU per request', bonyan: 313.2, spread: [300, 330], reference: 196, unit: 'µs' }],
    bounds: [{ what: 'list: CPU against the reference', actual: 1.604, atMost: 1.1, unit: '×' }],
    peers: { fastify: '5.12.8' },
  });

  const page = fill(read('en'), 'en', new Map([['list', result]]));

  assert.match(page, /^0 of 1 bounds are met/m);
  assert.match(page, /^\| `list` \| list: CPU against the reference \| at most 1\.1 × \| 1\.6 × \|$/m);
  assert.match(page, /^\| list: CPU against the reference \| at most 1\.1 × \| 1\.6 × \| \*\*missed\*\* \|$/m);
  assert.match(page, /^\| list: CPU per request \| 313 µs \| 300 – 330 \| 196 µs \| 1\.6 \|$/m);
  assert.match(page, /^Measured on 2026-11-30, machine A\. Peers: fastify 5\.12\.8\.$/m);
  assert.match(page, /^\| A \| Some CPU \| 2 \| 4 GiB \| Linux x64 \| 26\.1\.0 \| 18\.4 \|$/m);
});

test('what was set for a run is kept, and not where it keeps its rows', () => {
  const settings = settingsOf({ BONYAN_BENCH_ROWS: '1000', BONYAN_BENCH_KEPT: '/somewhere', PATH: '/bin' });

  assert.deepEqual(settings, { BONYAN_BENCH_ROWS: '1000' });
});

test('a machine is described by its processor, its size and its versions alone, and each peer has a version', async () => {
  const machine = await describeMachine(undefined);
  const peers = versionsOf(Object.values(benchmarks).flatMap(({ peers: all = [] }) => all));

  assert.deepEqual(Object.keys(machine), Object.keys(MACHINE));
  assert.match(machine.postgres, /^\d+\.\d+$/);
  assert.deepEqual(
    Object.entries(peers).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version)),
    [],
  );
});
