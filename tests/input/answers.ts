import assert from 'node:assert/strict';
import type { TestApp } from '#testing/app.ts';
import type { Operation } from '#testing/api/operations.ts';
import { fits } from '#testing/api/arbitrary.ts';
import type { RawRequest } from './requests.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Sends a request unchanged, in process. */
export async function send({ http }: TestApp, { method, url, headers, payload }: RawRequest): Promise<RawAnswer> {
  const response = await http.inject({ method, url, headers, ...(payload !== null && { payload }) });
  return { status: response.statusCode, headers: response.headers, text: response.body };
}

/** Asserts the declared success, or a documented problem, each with its schema. */
export async function assertKept(app: TestApp, operation: Operation, answer: RawAnswer): Promise<void> {
  const schema = operation.answers.get(answer.status);
  if (operation.texts.has(answer.status)) return; // has no schema; an empty table has an empty text
  if (schema === undefined) return void (await assertProblem(app, operation, answer));
  if (schema === null) return assert.equal(answer.text, '');
  assert.ok(fits(schema, JSON.parse(answer.text)), `does not fit its schema: ${answer.text.slice(0, 500)}`);
}

/** Asserts a documented refusal, and returns it. A page, which a browser gets, names its code in its text. */
export async function assertProblem(app: TestApp, operation: Operation, { status, headers, text }: RawAnswer) {
  assert.ok(status >= 400 && status < 500, `answered ${status}: ${text.slice(0, 500)}`);
  const documented = operation.problems.get(status);
  if (String(headers['content-type']).startsWith('text/html')) {
    assert.ok(
      [...(documented?.codes ?? [])].some((code) => text.includes(code)),
      `no documented code in ${text}`,
    );
    return null;
  }
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  assert.ok(headers['x-request-id'], 'has no X-Request-Id');
  assert.ok(headers['content-security-policy'], 'has no Content-Security-Policy');
  const problem = JSON.parse(text);
  assert.equal(problem.status, status);
  assert.equal(problem.type, `/problems/${problem.code}`);
  assert.match(problem.traceId, /^[0-9a-f]{32}$/);
  const { codes, schema } = documented ?? { codes: new Set(), schema: {} };
  assert.ok(codes.has(problem.code), `${status} ${problem.code} is not documented`);
  assert.ok(fits(schema, problem), `does not fit the schema of problems: ${text}`);
  for (const { path, code, message } of problem.errors ?? [])
    assert.ok(
      [path, code, message].every((part) => typeof part === 'string'),
      `an incomplete field error: ${text}`,
    );
  const page = await app.http.inject({ url: `/problems/${problem.code}` });
  assert.equal(page.statusCode, 200, `${problem.code} has no page`);
  return problem;
}
