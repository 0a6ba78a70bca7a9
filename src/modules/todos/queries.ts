import { sql, type Kysely, type Transaction } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { isDay } from '#kernel/schema.ts';
import { searchText } from '#kernel/text.ts';
import {
  columnsOf,
  containing,
  countRows,
  inBatches,
  insertOf,
  isExactly,
  pageQuery,
  type Filter,
} from '#platform/database/port.ts';
import { Todo, type TodoQuery } from './contract.ts';
import type { TodosTables } from './tables.ts';

type Reader = Kysely<TodosTables>;
type Writer = Transaction<TodosTables>;

const COLUMNS = columnsOf(Todo);

const priorityRank = ({ priority }: Todo) => ['normal', 'low', 'medium', 'high', 'top'].indexOf(priority) + 1;

/** How a list can be ordered. Todos without a due date come after those with one. */
const sorts = {
  createdAt: { value: ({ id }: Todo) => id, isValue: (text: string) => UUID_PATTERN.test(text) },
  dueDate: {
    by: { sql: "coalesce(due_date, 'infinity'::date)", type: 'date' },
    value: ({ dueDate }: Todo) => dueDate ?? 'infinity',
    isValue: (text: string) => text === 'infinity' || isDay(text),
  },
  priority: {
    by: { sql: 'priority_rank', type: 'smallint' },
    value: (todo: Todo) => String(priorityRank(todo)),
    isValue: (text: string) => /^[1-5]$/.test(text),
  },
};

/** The only access rule, for lists and for single rows: a user sees their own todos. */
function visibleTo(db: Reader, actor: Pick<Actor, 'id'>) {
  return db.selectFrom('todos.todo').where('ownerId', '=', actor.id);
}

/** One page of a person's todos, newest first by default. */
export function listTodos(db: Reader, actor: Actor, query: TodoQuery) {
  const { search, isCompleted, label, sortBy = 'createdAt', sortOrder = 'desc' } = query;
  let rows = visibleTo(db, actor).select(COLUMNS);
  if (isCompleted !== undefined) rows = rows.where('isCompleted', '=', isCompleted);
  const filters = [label ? hasLabel(actor, searchText(label)) : null, search ? contains(actor, search) : null];
  const order = { name: `${sortBy}:${sortOrder}`, direction: sortOrder, ...sorts[sortBy] };
  return pageQuery(
    db,
    rows,
    query,
    order,
    filters.filter((filter) => filter !== null),
  );
}

function hasLabel({ id }: Pick<Actor, 'id'>, form: string): Filter {
  const found = sql<boolean>`todos.label_keys(owner_id, label_forms) @> array[${`${id} ${form}`}]`;
  return { condition: sql`${form} = any (label_forms)`, index: { table: 'todos.todo', condition: found } };
}

function contains({ id }: Pick<Actor, 'id'>, text: string): Filter | null {
  return containing({ table: 'todos.todo', scope: { sql: 'owner_id::text', value: id } }, text);
}

/** Ids of a person's todos, ascending. */
export async function listTodoIds(
  db: Reader,
  actor: Pick<Actor, 'id'>,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const rows = visibleTo(db, actor).select('id').orderBy('id').limit(limit);
  return (await (after === null ? rows : rows.where('id', '>', after)).execute()).map(({ id }) => id);
}

export function findTodo(db: Reader, actor: Pick<Actor, 'id'>, id: string): Promise<Todo | undefined> {
  return visibleTo(db, actor).select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Locks the row until the unit ends, so that two changes of one todo run one after the other. */
export function lockTodo(tx: Writer, actor: Actor, id: string): Promise<Todo | undefined> {
  return visibleTo(tx, actor).select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Locks a todo of any owner, for the program itself. */
export function lockForReminder(tx: Writer, id: string): Promise<(Todo & { ownerId: string }) | undefined> {
  const rows = tx.selectFrom('todos.todo').select([...COLUMNS, 'ownerId']);
  return rows.where('id', '=', id).forUpdate().executeTakeFirst();
}

export const insertTodo = insertOf<TodosTables, 'todos.todo', typeof Todo>(
  'todos.todo',
  ['id', 'ownerId', 'description', 'dueDate', 'labels', 'priority', 'remindAt'],
  Todo,
);

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

/** The newest ones of a person, at most `limit`. Answers how many. */
export async function deleteTodosOf(tx: Writer, ownerId: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from todos.todo where id = any(array(
      select id from todos.todo where ${isExactly('owner_id', ownerId)} order by owner_id, id desc limit ${limit}))`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0);
}

/** Every todo of one user, oldest first. */
export function exportTodos(db: Reader, ownerId: string): AsyncGenerator<Todo> {
  const rows = visibleTo(db, { id: ownerId }).select(COLUMNS).orderBy('id');
  return inBatches((after, limit) => (after ? rows.where('id', '>', after.id) : rows).limit(limit).execute());
}

/** Counted up to `limit`. */
export async function countTodos(db: Reader, ownerId: string, limit: number): Promise<number> {
  const counted = visibleTo(db, { id: ownerId }).select('id').limit(limit);
  const { count } = await db
    .selectFrom(counted.as('todo'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Counted as far as lists are. */
export function countOpenTodos(db: Reader, ownerId: string): Promise<number> {
  return countRows(db, visibleTo(db, { id: ownerId }).where('isCompleted', '=', false).select('id'));
}
