import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OBSERVABILITY = join(ROOT, 'src', 'modules', 'observability');
const read = (...path: string[]) => readFile(join(...path), 'utf8');

test('each alert that the program opens has a runbook, and each runbook an alert', async (t) => {
  const { modules } = await testApp(t, { environment: { CLICKHOUSE_URL: 'http://user:password@127.0.0.1:9/none' } });
  const levels = modules.flatMap(({ name, gauges = [] }) =>
    gauges
      .filter(({ atMost, atLeast }) => atMost !== undefined || atLeast !== undefined)
      .map((gauge) => `level.${gauge.name.replace(`bonyan_${name}_`, `${name}.`)}`),
  );
  // The objectives and the problems have their names in the source alone; `background` is no alert.
  const objectives = namesIn(await read(OBSERVABILITY, 'objectives', 'objectives.ts'), /name: '(availability|faults|reads)'/g); // prettier-ignore
  const service = await read(OBSERVABILITY, 'orchestration', 'service.ts');
  const problems = namesIn(service, /(?:key: |count\()['`](\w+)/g).filter((key) => key !== 'background');

  const page = await read(ROOT, 'docs', 'operations', 'runbooks.md');
  const described = namesIn(page, /^### `([\w.]+)`$/gm).map((name) => name.replace(/\.(?:NAME|ID)$/, ''));

  assert.deepEqual(
    described.toSorted(),
    [
      ...objectives.map((name) => `objective.${name}`),
      'objective.source',
      'level.outboxOldestSeconds',
      'level.backup.verified_age_seconds', // of the platform
      ...levels,
      ...problems.map((key) => `orchestration.${key}`),
    ].toSorted(),
  );
});

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
}
