import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditedOperations } from '#platform/module.ts';
import type { TestApp } from './app.ts';

type Client = TestApp['anonymous'];
type Answer = Awaited<ReturnType<Client['get']>>;

export interface ObserverOptions {
  /** Operations whose work items record the entries after the answer. */
  readonly recordedLater?: readonly string[];
}

export type AuditObserver = ReturnType<typeof createAuditObserver>;

/**
 * Makes calls, and collects for each operation the actions of the audit entries that exist after the answer. Then
 * compares these with the table of a module.
 */
export function createAuditObserver(
  app: TestApp,
  audited: AuditedOperations,
  { recordedLater = [] }: ObserverOptions = {},
) {
  const seen = new Map<string, Set<string>>();

  /** `operation` below `/api/v1`, with `params` for its `{id}`. Fails when nothing was recorded. */
  async function did(
    client: Client,
    operation: string,
    body?: object,
    params: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const [method = '', path = ''] = operation.split(' ');
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name);
    const answer =
      method === 'GET'
        ? await client.get(filled)
        : await client[method.toLowerCase() as 'post' | 'put' | 'delete'](filled, body);
    await note(`${method} /api/v1${path}`, answer);
    return answer;
  }

  /** Like `did`, for a call that the test made itself; `operation` as in the table. */
  async function note(operation: string, { headers }: Pick<Answer, 'headers'>): Promise<void> {
    if (recordedLater.includes(operation)) await app.drain();
    const { rows } = await app.database.pool.query<{ action: string }>(
      'select action from audit.entry where request_id = $1',
      [headers['x-request-id']],
    );
    assert.ok(rows.length > 0, `${operation} recorded nothing`);
    seen.set(operation, new Set([...(seen.get(operation) ?? []), ...rows.map(({ action }) => action)]));
  }

  /**
   * Asserts that each operation of the table that records something was called, and recorded exactly the listed
   * actions. `elsewhere` are operations whose calls and actions are in other tests of the module. `folder` is that of
   * the module.
   */
  async function assertTable(folder: string, elsewhere: readonly string[] = []): Promise<void> {
    const recording = Object.entries(audited).filter(([, line]) => typeof line !== 'string');
    assert.deepEqual(
      recording.map(([operation]) => operation).filter((name) => !seen.has(name) && !elsewhere.includes(name)),
      [],
      `call each in the audit test of ${folder}, or name it there as called elsewhere`,
    );
    for (const [operation, actions] of seen)
      assert.deepEqual([...actions].toSorted(), [audited[operation] ?? []].flat().toSorted(), operation);
    const observed = new Set([...seen.values()].flatMap((actions) => [...actions]));
    const others = elsewhere.flatMap((operation) => audited[operation] ?? []).filter((action) => !observed.has(action));
    assert.deepEqual(await notAsserted(folder, others), [], `no test in ${folder} names these actions`);
  }

  return { did, note, assertTable };
}

/** The actions that no test below the folder names. */
async function notAsserted(folder: string, actions: readonly string[]): Promise<string[]> {
  const paths = await Array.fromAsync(glob('**/*.test.ts', { cwd: folder }));
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
  return actions.filter((action) => !texts.some((text) => text.includes(`'${action}'`)));
}
