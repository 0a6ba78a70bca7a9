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
function visibleTo(db: Reader, actor: Pick<Actor, 'id'>) {
  return db.selectFrom('todos.todo').where('ownerId', '=', actor.id);
}

function matching(db: Reader, actor: Actor, { search, isCompleted, label }: TodoQuery) {
  let rows = visibleTo(db, actor);
  if (search)
    rows = rows.where(sql<boolean>`strpos(platform.search_text(description), platform.search_text(${search})) > 0`);
  if (isCompleted !== undefined) rows = rows.where('completedAt', isCompleted ? 'is not' : 'is', null);
  if (label) rows = rows.where(sql<boolean>`${label} = any (labels)`);
  return rows;
}

/** Up to `pageSize + 1` rows, newest first by default, and the capped count, in one statement. */
export async function listTodos(
  db: Reader,
  actor: Actor,
  query: TodoQuery,
  { after, offset, pageSize }: Paging,
): Promise<Found<Todo>> {
  const { by, type } = sorts[query.sortBy ?? 'createdAt'];
  const order = query.sortOrder ?? 'desc';
  const past = order === 'desc' ? sql`<` : sql`>`;
  let page = matching(db, actor, query)
    .select(COLUMNS)
    .orderBy(by, order)
    .orderBy('id', order)
    .limit(pageSize + 1);
  if (after) {
    const rows = await page
      .where(sql<boolean>`(${by}, id) ${past} (${after.value}::${type}, ${after.id}::uuid)`)
      .execute();
    return { rows: rows.map(toTodo), total: null };
  }
  if (offset > 0) page = page.offset(offset);
  const counted = db.selectFrom(matching(db, actor, query).select('id').limit(COUNT_LIMIT).as('counted'));
  const count = counted.select((eb) => eb.fn.countAll<number>().as('count')).as('total');
  const rows = await page.select(count).execute();
  // An empty page cannot carry the count; only past the end of a list is it asked for by itself.
  if (rows.length > 0 || offset === 0) return { rows: rows.map(toTodo), total: rows[0]?.total ?? 0 };
  return { rows: [], total: (await db.selectNoFrom(count).executeTakeFirst())?.total ?? 0 };
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
