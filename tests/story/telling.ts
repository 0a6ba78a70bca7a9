import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

const PATIENCE_MS = 10_000; // mail arrives after the answer
const SHOWN_HEADERS = ['allow', 'etag', 'idempotency-replayed', 'location'];

/** A user with an access token; in the written steps the name stands for the token. */
export interface Person {
  readonly name: string;
  readonly accessToken: string;
}

export interface Request {
  readonly as?: Person;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line no-explicit-any -- tests read answers of every shape
  readonly body: any;
}

export interface Expected {
  readonly status: number;
  /** Fields that the answer must have, among others. */
  readonly body?: object;
  /** Repeats the request until this is true. */
  readonly until?: (answer: Answer) => boolean;
}

export interface Step {
  readonly title: string;
  readonly command: string;
  readonly outcome: string;
}

export interface Chapter {
  readonly title: string;
  readonly steps: Step[];
}

/** One request. @throws when there is no complete answer. */
export async function request(url: string, line: string, { as, body, headers = {} }: Request = {}): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(url + path, {
    method,
    headers: {
      'user-agent': 'curl',
      ...(body && { 'content-type': 'application/json' }),
      ...(as && { authorization: `Bearer ${as.accessToken}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** Sends requests step by step, checks each answer, and records requests and answers. */
export function createTelling(url: string) {
  const chapters: Chapter[] = [];
  const hidden = new Map<string, string>();

  function write(step: Step): void {
    const chapter = chapters.at(-1);
    if (!chapter) throw new Error('a story begins with a chapter');
    chapter.steps.push(step);
  }

  /** @throws {assert.AssertionError} that names the step, with what was expected and got. */
  async function ask(title: string, line: string, asked: Request, expected: Expected): Promise<Answer> {
    const answer = await askUntil(line, asked, expected);
    const { status, body } = expected;
    const isAsExpected = answer.status === status && (body === undefined || isLike(answer.body, body));
    assert.ok(
      isAsExpected,
      `${title}: ${line}\nexpected ${inspect(expected)}\ngot ${answer.status} ${inspect(answer.body)}`,
    );
    write({ title, command: toCurl(line, asked), outcome: toOutcome(answer) });
    return answer;
  }

  async function askUntil(line: string, asked: Request, { until = () => true }: Expected): Promise<Answer> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(50)) {
      const answer = await request(url, line, asked);
      const isShed = answer.status === 503 && answer.body?.code === 'http.overloaded'; // a busy machine: try again
      if ((!isShed && until(answer)) || Date.now() > deadline) return answer;
    }
  }

  /** Replaces values that differ from run to run by words, so that two runs have the same text. */
  function conceal(text: string): string {
    let shown = text
      .replaceAll(url, 'http://localhost:8080')
      .replaceAll('http://localhost:0/', 'http://localhost:8080/');
    for (const [value, word] of hidden) shown = shown.replaceAll(value, word);
    return shown
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>')
      .replaceAll(/eyJ[\w.-]+…?/g, '<access token>')
      .replaceAll(/bnr_[\w-]+/g, '<refresh token>')
      .replaceAll(/bnd_[\w-]+/g, '<device token>')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<instant>')
      .replaceAll(/\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d(?: \(UTC\))?/g, '<instant>')
      .replaceAll(/"nextCursor": "[^"]+"/g, '"nextCursor": "<cursor>"')
      .replaceAll(/"latencyMs": [\d.]+/g, '"latencyMs": "<ms>"')
      .replaceAll(/"traceId": "[\da-f]+"/g, '"traceId": "<trace>"')
      .replaceAll(/"[\da-f]{64}"/g, '"<hash>"');
  }

  return {
    ask,
    begin: (title: string) => void chapters.push({ title, steps: [] }),
    /** Records a step that is not a request. */
    note: write,
    /** In recorded steps `word` replaces `value`. */
    hide: (value: string, word: string) => void hidden.set(value, word),
    /** All recorded steps. */
    chapters: (): Chapter[] =>
      chapters.map(({ title, steps }) => ({
        title,
        steps: steps.map((step) => ({ ...step, command: conceal(step.command), outcome: conceal(step.outcome) })),
      })),
  };
}

export type Telling = ReturnType<typeof createTelling>;

/** Objects may have more fields; lists have exactly these items, in this order. */
function isLike(got: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(got) && got.length === wanted.length && wanted.every((item, at) => isLike(got[at], item));
  }
  if (typeof wanted !== 'object' || wanted === null) return got === wanted;
  if (typeof got !== 'object' || got === null) return false;
  const fields = new Map(Object.entries(got));
  return Object.entries(wanted).every(([name, value]) => isLike(fields.get(name), value));
}

function toCurl(line: string, { as, body, headers = {} }: Request): string {
  const [method = '', path = ''] = line.split(' ');
  const parts = [`curl ${method === 'GET' ? '' : `-X ${method} `}'http://localhost:8080${path}'`];
  if (as) parts.push(`-H "Authorization: Bearer $${as.name.toUpperCase()}"`);
  for (const [name, value] of Object.entries(headers)) parts.push(`-H '${name}: ${value}'`);
  if (body) parts.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`);
  return parts.join(' \\\n  ');
}

function toOutcome({ status, headers, body }: Answer): string {
  const shown = SHOWN_HEADERS.filter((name) => headers.has(name)).map((name) => `${name}: ${headers.get(name)}`);
  const lines = [`${status} ${STATUS_CODES[status]}`, ...shown];
  if (body !== null) lines.push(JSON.stringify(shorten(body), null, 2));
  return lines.join('\n');
}

const MAX_ITEMS = 3;
const MAX_LENGTH = 160;

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value;
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map(shorten);
    return value.length > MAX_ITEMS ? [...shown, `… and ${value.length - MAX_ITEMS} more`] : shown;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'html');
  return Object.fromEntries(fields.map(([name, inner]) => [name, shorten(inner)]));
}
