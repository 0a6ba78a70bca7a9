/**
 * The reference: a minimal server that gives the same answers. It uses Fastify and `pg` directly, verifies the token
 * with an LRU cache, looks up one permission in a map, sends the same SQL as Bonyan, and answers with the same schema.
 * It has no limits, no problems, no validation of queries, no security headers: the ratio is the cost of these.
 */
import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyRequest } from 'fastify';
import { importJWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { Page } from '#kernel/page.ts';
import { NewTodo, Todo } from '#modules/todos/contract.ts';
import { INSERT_EVENT, INSERT_TODO, LIST_TODOS } from './queries.ts';

const { DATABASE_URL, ISSUER = '' } = process.env;
const PAGE_SIZE = 20;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10, types: { getTypeParser } });
const { rows: keys } = await pool.query('select public_jwk from users.signing_key');
const key = await importJWK(keys[0].public_jwk);
const callers = new LRUCache<string, { userId: string; expiresMs: number }>({ max: 20_000 });
const permissions = new Map<string, ReadonlySet<string>>();
const app = Fastify({ logger: false });

app.get('/', async () => 'ready');

app.get('/api/v1/todos', { schema: { response: { 200: Page(Todo) } } }, async (request) => {
  const userId = await callerWith(request, 'todos.read');
  const values = [userId, PAGE_SIZE + 1, 0];
  const { rows } = await pool.query({ name: 'list', text: LIST_TODOS, values });
  const items = rows.slice(0, PAGE_SIZE).map(toTodo);
  const last = rows.length > PAGE_SIZE ? items.at(-1) : undefined;
  return {
    items,
    page: 1,
    pageSize: PAGE_SIZE,
    totalCount: rows[0]?.total ?? 0,
    nextCursor: last ? Buffer.from(JSON.stringify(['createdAt:desc', last.id, last.id])).toString('base64url') : null,
  };
});

app.post<{ Body: NewTodo }>(
  '/api/v1/todos',
  { schema: { body: NewTodo, response: { 201: Todo } } },
  async (request, reply) => {
    const userId = await callerWith(request, 'todos.write');
    const { description, dueDate = null, labels = [], priority = 'normal', remindAt = null } = request.body;
    const id = randomUUID();
    const client = await pool.connect();
    try {
      await client.query('begin');
      const values = [id, userId, description, dueDate, labels, priority, remindAt];
      const { rows } = await client.query({ name: 'insert', text: INSERT_TODO, values });
      const body = JSON.stringify({ todoId: id, ownerId: userId });
      const event = [randomUUID(), 'todos.created.v1', id, '{}', body];
      await client.query({ name: 'event', text: INSERT_EVENT, values: event });
      await client.query('commit');
      return await reply.code(201).send(toTodo(rows[0]));
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  },
);

async function callerWith({ headers }: FastifyRequest, permission: string): Promise<string> {
  const token = headers.authorization?.slice('Bearer '.length) ?? '';
  let caller = callers.get(token);
  if (!caller || caller.expiresMs <= Date.now()) {
    const { payload } = await jwtVerify(token, key, { issuer: ISSUER, audience: ISSUER });
    caller = { userId: String(payload.sub), expiresMs: Number(payload.exp) * 1000 };
    callers.set(token, caller);
    permissions.set(caller.userId, new Set(['todos.read', 'todos.write']));
  }
  if (!permissions.get(caller.userId)?.has(permission)) throw new Error('not allowed');
  return caller.userId;
}

function toTodo(row: Record<string, unknown>) {
  return {
    id: row['id'],
    description: row['description'],
    dueDate: row['due_date'],
    labels: row['labels'],
    priority: row['priority'],
    remindAt: row['remind_at'],
    isCompleted: row['is_completed'],
    completedAt: row['completed_at'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
    version: row['version'],
  };
}

/** As Bonyan reads them: instants as ISO text, days as text, counts as numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.TIMESTAMPTZ) return toIso;
  if (oid === pg.types.builtins.DATE) return String;
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format ?? 'text') as unknown;
}

function toIso(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}

process.on('SIGTERM', () => {
  app
    .close()
    .then(() => pool.end())
    .catch((error: unknown) => console.error(error));
});
console.log(`The reference runs at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
