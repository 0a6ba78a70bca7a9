import { glob } from 'node:fs/promises';
import { test } from 'node:test';

/** Wire names of permissions (with the roles that get them), events and errors; openapi.json has the schemas. */
function describe(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  if ('status' in value && 'code' in value) return `${String(value.status)} ${String(value.code)}`;
  if ('payload' in value && 'type' in value) return `event ${String(value.type)}`;
  if ('summary' in value && 'code' in value) {
    const grantedTo = 'grantedTo' in value ? String(value.grantedTo) : '';
    return `permission ${String(value.code)}` + (grantedTo && `, granted to ${grantedTo}`);
  }
  if ('type' in value || 'anyOf' in value) return 'schema';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, describe(inner)]));
}

test('what modules show each other changes only on purpose', async (t) => {
  const surface: Record<string, unknown> = {};
  const contracts = await Array.fromAsync(glob('modules/*/contract.ts', { cwd: import.meta.dirname }));
  for (const path of contracts.toSorted()) {
    const contract: Record<string, unknown> = await import(`./${path}`);
    surface[path] = describe({ ...contract });
  }
  t.assert.snapshot(surface);
});
