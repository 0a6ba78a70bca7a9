import {
  CompiledQuery,
  sql,
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type Insertable,
  type Kysely,
  type Transaction,
} from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { COUNT_LIMIT, type Found, type Paging } from '#kernel/page.ts';
import { Todo, type TodoQuery } from './contract.ts';

/** Mirrors migrations/; the only tables this module can name. A row without its owner is a todo. */
export type TodosTables = {
  'todos.todo': Omit<Todo, 'isCompleted' | 'completedAt' | 'createdAt' | 'updatedAt' | 'version'> & {
    ownerId: string;
    completedAt: ColumnType<string | null, undefined>; // nothing is created completed
    createdAt: Generated<string>;
    updatedAt: Generated<string>;
    version: Generated<number>;
    isCompleted: GeneratedAlways<boolean>;
    priorityRank: GeneratedAlways<number>;
  };
};
type Reader = Kysely<TodosTables>;
type Writer = Transaction<TodosTables>;

const COLUMNS = Object.keys(Todo.properties) as (keyof Todo)[]; // the schema's own keys
const COLUMNS_SQL = COLUMNS.join(', ').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** How a list can be ordered: the expression and its type in SQL, and its value in a todo. */
export const sorts = {
  createdAt: { by: 'id', type: 'uuid', value: ({ id }: Todo) => id },
  dueDate: {
    by: "coalesce(due_date, 'infinity'::date)",
    type: 'date',
    value: ({ dueDate }: Todo) => dueDate ?? 'infinity',
  },
  priority: {
    by: 'priority_rank',
    type: 'smallint',
    value: ({ priority }: Todo) => String(['normal', 'low', 'medium', 'high', 'top'].indexOf(priority) + 1),
  },
};

/** The one access rule, for lists (`isMatch`) and single rows alike: you see what you own. */
function visibleTo(db: Reader, actor: Pick<Actor, 'id'>) {
  return db.selectFrom('todos.todo').where('ownerId', '=', actor.id);
}

type Bind = (value: unknown) => string;

function isMatch(actor: Actor, { search, isCompleted, label }: TodoQuery, bind: Bind): string {
  const rules = [`owner_id = ${bind(actor.id)}`];
  if (search) rules.push(`strpos(platform.search_text(description), platform.search_text(${bind(search)})) > 0`);
  if (isCompleted !== undefined) rules.push(`is_completed = ${bind(isCompleted)}`);
  if (label) rules.push(`${bind(label)} = any (labels)`);
  return rules.join(' and ');
}

/**
 * Up to `pageSize + 1` rows, newest first by default, and the capped count, in one statement. As text, since it is the
 * call that everybody makes all the time: the builder costs it a tenth of its CPU. Values are bound, never written in.
 */
export async function listTodos(
  db: Reader,
  actor: Actor,
  query: TodoQuery,
  { after, offset, pageSize }: Paging,
): Promise<Found<Todo>> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const { by, type } = sorts[query.sortBy ?? 'createdAt'];
  const isDescending = (query.sortOrder ?? 'desc') === 'desc';
  const order = isDescending ? `${by} desc, id desc` : `${by}, id`;
  const match = isMatch(actor, query, bind);
  if (after) {
    const past = `(${by}, id) ${isDescending ? '<' : '>'} (${bind(after.value)}::${type}, ${bind(after.id)}::uuid)`;
    const page = `select ${COLUMNS_SQL} from todos.todo where ${match} and ${past} order by ${order} limit ${bind(pageSize + 1)}`;
    return { rows: (await db.executeQuery<Todo>(CompiledQuery.raw(page, values))).rows, total: null };
  }
  const total = `(select count(*) from (select 1 from todos.todo where ${match} limit ${COUNT_LIMIT}) counted) as total`;
  const counted = CompiledQuery.raw(`select ${total}`, [...values]);
  const page = `select ${COLUMNS_SQL}, ${total} from todos.todo where ${match} order by ${order} limit ${bind(pageSize + 1)} offset ${bind(offset)}`;
  const { rows } = await db.executeQuery<Todo & { total: number }>(CompiledQuery.raw(page, values));
  // An empty page cannot carry the count; only past the end of a list is it asked for by itself.
  if (rows.length > 0 || offset === 0) return { rows, total: rows[0]?.total ?? 0 };
  const { rows: count } = await db.executeQuery<{ total: number }>(counted);
  return { rows: [], total: count[0]?.total ?? 0 };
}

export function findTodo(db: Reader, actor: Pick<Actor, 'id'>, id: string): Promise<Todo | undefined> {
  return visibleTo(db, actor).select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Holds the row's lock until the unit ends, so that two changes of one todo take turns. */
export function lockTodo(tx: Writer, actor: Actor, id: string): Promise<Todo | undefined> {
  return visibleTo(tx, actor).select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Locks a todo for the program itself, whoever owns it. */
export function lockForReminder(tx: Writer, id: string): Promise<(Todo & { ownerId: string }) | undefined> {
  const rows = tx.selectFrom('todos.todo').select([...COLUMNS, 'ownerId']);
  return rows.where('id', '=', id).forUpdate().executeTakeFirst();
}

export function insertTodo(tx: Writer, row: Insertable<TodosTables['todos.todo']>): Promise<Todo> {
  return tx.insertInto('todos.todo').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
}

export type Change = Partial<
  Pick<Todo, 'description' | 'dueDate' | 'labels' | 'priority' | 'remindAt' | 'completedAt'>
>;

export function updateTodo(tx: Writer, id: string, change: Change): Promise<Todo> {
  const update = tx
    .updateTable('todos.todo')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id);
  return update.returning(COLUMNS).executeTakeFirstOrThrow();
}

export async function deleteTodo(tx: Writer, id: string): Promise<void> {
  await tx.deleteFrom('todos.todo').where('id', '=', id).execute();
}

export async function deleteTodosOf(tx: Writer, ownerId: string): Promise<void> {
  await tx.deleteFrom('todos.todo').where('ownerId', '=', ownerId).execute();
}

/** Every todo of one user, oldest first. */
export function exportTodos(db: Reader, ownerId: string): Promise<Todo[]> {
  return visibleTo(db, { id: ownerId }).select(COLUMNS).orderBy('id').execute();
}

export async function countOpenTodos(db: Reader, ownerId: string): Promise<number> {
  const open = visibleTo(db, { id: ownerId }).where('isCompleted', '=', false);
  const { count } = await open.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return count;
}
