import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRegistry } from '#platform/telemetry/registry.ts';
import { createRecent } from './recent.ts';

test('figures are those of the last five minutes, and of a young process those since its start', () => {
  const registry = createRegistry(() => {});
  const count = registry.counter({ name: 'bonyan_some_total', help: 'x', labels: ['route'] });
  const measure = registry.histogram({ name: 'bonyan_some_seconds', help: 'x', labels: ['route'] }, [0.1, 1]);
  let minutes = 0;
  const recent = createRecent(registry, () => minutes * 60_000);
  const serve = (route: string, seconds: number) => {
    count(route);
    measure(seconds, route);
  };
  const samples = () =>
    recent.read().families.flatMap(({ name, samples: all }): unknown[] => (name.includes('_some_') ? [...all] : []));

  serve('old', 5);
  const young = [recent.read().seconds, samples().length];
  for (minutes = 1; minutes <= 6; minutes++) {
    recent.note();
    serve('new', 0.5);
  }
  const { seconds } = recent.read();

  assert.deepEqual(young, [0, 2]);
  assert.equal(seconds, 300);
  assert.deepEqual(samples(), [
    { labels: ['new'], value: 5 },
    { labels: ['new'], counts: [0, 5, 0], sum: 2.5, count: 5 },
  ]);
});
