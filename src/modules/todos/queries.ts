import { sql, type Kysely, type Transaction } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { COUNT_LIMIT, type Found, type Paging } from '#kernel/page.ts';
import type { Todo, TodoQuery } from './contract.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type TodosTables = {
  'todos.todo': Omit<Todo, 'isCompleted'> & { ownerId: string; priorityRank: number };
};
type Reader = Kysely<TodosTables>;
type Writer = Transaction<TodosTables>;
type Columns =
  | 'id'
  | 'description'
  | 'dueDate'
  | 'labels'
  | 'priority'
  | 'remindAt'
  | 'completedAt'
  | 'createdAt'
  | 'updatedAt'
  | 'version';
type Row = Pick<TodosTables['todos.todo'], Columns>;

const COLUMNS: Columns[] = [
  'id',
  'description',
  'dueDate',
  'labels',
  'priority',
  'remindAt',
  'completedAt',
  'createdAt',
  'updatedAt',
  'version',
];

const COLUMNS_SQL = sql.raw(COLUMNS.join(', ').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** How a list can be ordered: the expression, its type in SQL, and its value in a todo. */
export const sorts = {
  createdAt: { by: sql<string>`id`, type: sql`uuid`, value: ({ id }: Todo) => id },
  dueDate: {
    by: sql<string>`coalesce(due_date, 'infinity'::date)`,
    type: sql`date`,
    value: ({ dueDate }: Todo) => dueDate ?? 'infinity',
  },
  priority: {
    by: sql<string>`priority_rank`,
    type: sql`smallint`,
    value: ({ priority }: Todo) => String(['normal', 'low', 'medium', 'high', 'top'].indexOf(priority) + 1),
  },
};

/** The one access rule, for lists and single rows alike: you see what you own. */
function isVisibleTo({ id }: Pick<Actor, 'id'>) {
  return sql<boolean>`owner_id = ${id}`;
}

function visibleTo(db: Reader, actor: Pick<Actor, 'id'>) {
  return db.selectFrom('todos.todo').where(isVisibleTo(actor));
}

function matching(actor: Actor, { search, isCompleted, label }: TodoQuery) {
  const rules = [isVisibleTo(actor)];
  if (search) rules.push(sql`strpos(platform.search_text(description), platform.search_text(${search})) > 0`);
  if (isCompleted !== undefined) rules.push(isCompleted ? sql`completed_at is not null` : sql`completed_at is null`);
  if (label) rules.push(sql`${label} = any (labels)`);
  return sql.join(rules, sql` and `);
}

/**
 * Up to `pageSize + 1` rows, newest first by default, and the capped count, in one statement. In SQL, since it is the
 * call that everybody makes all the time: the builder costs it a tenth of its CPU.
 */
export async function listTodos(
  db: Reader,
  actor: Actor,
  query: TodoQuery,
  { after, offset, pageSize }: Paging,
): Promise<Found<Todo>> {
  const { by, type } = sorts[query.sortBy ?? 'createdAt'];
  const isDescending = (query.sortOrder ?? 'desc') === 'desc';
  const matches = matching(actor, query);
  const order = isDescending ? sql`order by ${by} desc, id desc` : sql`order by ${by}, id`;
  if (after) {
    const past = sql`(${by}, id) ${isDescending ? sql`<` : sql`>`} (${after.value}::${type}, ${after.id}::uuid)`;
    const page = sql<Row>`select ${COLUMNS_SQL} from todos.todo where ${matches} and ${past} ${order} limit ${pageSize + 1}`;
    return { rows: (await page.execute(db)).rows.map(toTodo), total: null };
  }
  const total = sql`(select count(*) from (select 1 from todos.todo where ${matches} limit ${COUNT_LIMIT}) counted) as total`;
  const page = sql<Row & { total: number }>`
    select ${COLUMNS_SQL}, ${total} from todos.todo where ${matches} ${order} limit ${pageSize + 1} offset ${offset}`;
  const { rows } = await page.execute(db);
  // An empty page cannot carry the count; only past the end of a list is it asked for by itself.
  if (rows.length > 0 || offset === 0) return { rows: rows.map(toTodo), total: rows[0]?.total ?? 0 };
  const counted = await sql<{ total: number }>`select ${total}`.execute(db);
  return { rows: [], total: counted.rows[0]?.total ?? 0 };
}

export async function findTodo(db: Reader, actor: Pick<Actor, 'id'>, id: string): Promise<Todo | undefined> {
  const row = await visibleTo(db, actor).select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && toTodo(row);
}

/** Holds the row's lock until the unit ends, so that two changes of one todo take turns. */
export async function lockTodo(tx: Writer, actor: Actor, id: string): Promise<Todo | undefined> {
  const row = await visibleTo(tx, actor).select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toTodo(row);
}

/** Locks a todo for the program itself, whoever owns it. */
export async function lockForReminder(tx: Writer, id: string): Promise<(Todo & { ownerId: string }) | undefined> {
  const row = await tx
    .selectFrom('todos.todo')
    .select([...COLUMNS, 'ownerId'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && { ...toTodo(row), ownerId: row.ownerId };
}

export type NewRow = Pick<Row, 'id' | 'description' | 'dueDate' | 'labels' | 'priority' | 'remindAt'> & {
  ownerId: string;
};

export async function insertTodo(tx: Writer, row: NewRow): Promise<Todo> {
  const defaults = { completedAt: null, version: 1, createdAt: sql<string>`now()`, updatedAt: sql<string>`now()` };
  const insert = tx.insertInto('todos.todo').values({ ...row, ...defaults } as never); // priority_rank is generated
  return toTodo(await insert.returning(COLUMNS).executeTakeFirstOrThrow());
}

export type Change = Partial<Pick<Row, 'description' | 'dueDate' | 'labels' | 'priority' | 'remindAt' | 'completedAt'>>;

export async function updateTodo(tx: Writer, id: string, change: Change): Promise<Todo> {
  const update = tx
    .updateTable('todos.todo')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id);
  return toTodo(await update.returning(COLUMNS).executeTakeFirstOrThrow());
}

export async function deleteTodo(tx: Writer, id: string): Promise<void> {
  await tx.deleteFrom('todos.todo').where('id', '=', id).execute();
}

export async function deleteTodosOf(tx: Writer, ownerId: string): Promise<void> {
  await tx.deleteFrom('todos.todo').where('ownerId', '=', ownerId).execute();
}

/** Every todo of one user, oldest first. */
export async function exportTodos(db: Reader, ownerId: string): Promise<Todo[]> {
  const rows = await visibleTo(db, { id: ownerId }).select(COLUMNS).orderBy('id').execute();
  return rows.map(toTodo);
}

export async function countOpenTodos(db: Reader, ownerId: string): Promise<number> {
  const open = visibleTo(db, { id: ownerId }).where('completedAt', 'is', null);
  const { count } = await open.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return count;
}

function toTodo({
  id,
  description,
  dueDate,
  labels,
  priority,
  remindAt,
  completedAt,
  createdAt,
  updatedAt,
  version,
}: Row): Todo {
  return {
    id,
    description,
    dueDate,
    labels,
    priority,
    remindAt,
    isCompleted: completedAt !== null,
    completedAt,
    createdAt,
    updatedAt,
    version,
  };
}
