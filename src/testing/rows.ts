import assert from 'node:assert/strict';
import { newId } from '#kernel/id.ts';
import { sampleOf } from './api/arbitrary.ts';
import type { TestApp } from './app.ts';
import type { Operation } from './api/operations.ts';

type Client = Pick<TestApp['anonymous'], 'post'>;

/** Made, or to be made in the background. */
const CREATED = [201, 202];

/**
 * Creates a row for a path with an id, such as `/api/v1/todos/{id}/complete`, by a POST to the path before the id.
 * The body is the example of its schema. Resolves with the id of the row.
 */
export async function makeRow(client: Client, operations: readonly Operation[], path: string): Promise<string> {
  const collection = path.slice(0, path.indexOf('/{'));
  const creating = operations.find(
    ({ name, answers }) => name === `POST ${collection}` && CREATED.some((status) => answers.has(status)),
  );
  const folder = `src/modules/${collection.split('/')[3]}`;
  assert.ok(creating, `no POST ${collection} creates a row for ${path}: create one in tests/input/installation.ts`);
  const sample = creating.body ? (sampleOf(creating.body) as object) : undefined;
  const first = await client.post(collection, sample);
  // A row with the name of the example may exist already.
  const isTaken = first.status === 409 && sample !== undefined && 'name' in sample;
  const { status, body } = isTaken ? await client.post(collection, { ...sample, name: newId() }) : first;
  const advice = `add an example that is accepted to the schema of its body, in ${folder}/contract.ts or schemas.ts`;
  assert.ok(CREATED.includes(status), `${creating.name} refuses its own example: ${JSON.stringify(body)}; ${advice}`);
  return body.id;
}
