import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['src/modules/users', 'src', '.']; // where a path of the table may begin

interface Named {
  readonly file: string;
  readonly claims: string;
}

for (const [table, least] of [
  ['users.md', 80],
  ['input.md', 30],
] as const)
  test(`every test that docs/security/${table} names exists, word for word`, async () => {
    const rows = toRows(await readFile(join(ROOT, 'docs/security', table), 'utf8'));
    const missing: string[] = [];
    for (const { rule, proof } of rows) {
      const named = toNamed(proof);
      if (named.length === 0 && !/`npm run bench \w+`/.test(proof)) missing.push(`${rule}: no proof`);
      for (const { file, claims } of named) {
        const names = await readNames(file);
        const unknown = unknownClaims(claims, names);
        if (names.length === 0 || (unknown !== '' && unknown !== 'each of its tests'))
          missing.push(`${rule}: ${file}: ${unknown}`);
      }
    }

    assert.ok(rows.length > least, 'the table has too few rows');
    assert.deepEqual(missing, []);
  });

function toRows(markdown: string) {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (rule|---)/.test(line))
    .map((line) => line.split(' | '))
    .map(([rule = '', proof = '']) => ({ rule: rule.slice(2), proof: proof.replace(/ \|$/, '') }));
}

/** `a.test.ts`: one claim; another; `b.test.ts`: … */
function toNamed(proof: string): Named[] {
  const parts = proof.split(/`([\w/.-]+\.test\.ts)`:? ?/).slice(1);
  return parts.flatMap((file, at) => (at % 2 === 0 ? [{ file, claims: (parts[at + 1] ?? '').trim() }] : []));
}

/**
 * The rest of the claims after the names of existing tests are removed from their beginning. A name may contain
 * semicolons.
 */
function unknownClaims(claims: string, names: readonly string[]): string {
  let rest = claims;
  for (;;) {
    const found = names.find((name) => rest === name || rest.startsWith(`${name};`));
    if (found === undefined) return rest;
    rest = rest.slice(found.length + 1).trim();
  }
}

async function readNames(file: string): Promise<string[]> {
  for (const folder of FOLDERS) {
    const text = await readFile(join(ROOT, folder, file), 'utf8').catch(() => null);
    if (text !== null)
      return [...text.matchAll(/\btest\(\s*(['"`])(.*?)\1,/g)]
        .map(([, , name]) => name ?? '')
        .toSorted((a, b) => b.length - a.length);
  }
  return [];
}
