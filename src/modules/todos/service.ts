import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createQuota } from '#kernel/limits/quota.ts';
import { uniqueTexts } from '#kernel/text.ts';
import { withoutTables, type Db, type Unit } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import { defineQueue } from '#kernel/work.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import { todoErrors, todoEvents, type NewTodo, type Todo, type TodoChange, type TodoQuery } from './contract.ts';
import {
  countOpenTodos,
  countTodos,
  deleteTodo,
  deleteTodosOf,
  exportTodos,
  findTodo,
  insertTodo,
  listTodoIds,
  listTodos,
  lockForReminder,
  lockTodo,
  updateTodo,
} from './queries.ts';
import type { TodosTables } from './tables.ts';
import type templates from './templates.json';

/** One item each time a reminder is set. When it is due, the state of the todo decides whether the reminder is sent. */
export const reminderQueue = defineQueue('todos.reminder');

/** One item for a person with more todos than one unit deletes. */
export const erasureQueue = defineQueue('todos.erasure');
const ERASED_AT_ONCE = 1000; // no lock is held for longer than a second

export interface TodosNeeds {
  readonly db: Db<TodosTables>;
  readonly notifications: NotificationsApi<typeof templates>;
  /** The number of todos that one user may have; 0: no limit. */
  readonly maxPerUser: number;
  readonly now: () => Date;
}

type OwnUnit = Unit<TodosTables>;

/** The rules of todos: who may do what, and which events and reminders follow. */
export function createTodoService({ db, notifications, maxPerUser, now }: TodosNeeds) {
  const quota = createQuota({ limit: maxPerUser, count: (owner, limit) => countTodos(db.read, owner, limit) });
  const list = (actor: Actor, query: TodoQuery) => listTodos(db.read, actor, query);

  /** @throws `todos.not_found`, also for the todo of another user; so does every method here that takes an id. */
  async function get(actor: Actor, id: string): Promise<Todo> {
    return orNotFound(await findTodo(db.read, actor, id), id);
  }

  /** @throws `todos.quota_used` */
  async function create(
    actor: Actor,
    { description, dueDate = null, labels = [], priority = 'normal', remindAt = null }: NewTodo,
  ): Promise<Todo> {
    const distinct = uniqueTexts(labels);
    return add(actor, (unit) => insert(unit, { description, dueDate, labels: distinct, priority, remindAt }));
  }

  /** The copy is open, and has the same reminder as the original. @throws `todos.quota_used` */
  function copy(actor: Actor, id: string): Promise<Todo> {
    return add(actor, async (unit) => {
      const { description, dueDate, labels, priority, remindAt } = orNotFound(await findTodo(unit.tx, actor, id), id);
      return insert(unit, { description, dueDate, labels, priority, remindAt });
    });
  }

  async function add(actor: Actor, insertOne: (unit: OwnUnit) => Promise<Todo>): Promise<Todo> {
    const added = await quota.within(actor.id, () => db.write(actor, insertOne));
    if (!added) throw todoErrors.quotaUsed({ limit: maxPerUser });
    return added;
  }

  /** @throws `http.precondition_failed` */
  function edit(actor: Actor, id: string, wanted: TodoChange, precondition: Precondition): Promise<Todo> {
    const change = wanted.labels ? { ...wanted, labels: uniqueTexts(wanted.labels) } : wanted;
    return db.write(actor, async (unit) => {
      const { version, remindAt } = orNotFound(await lockTodo(unit.tx, actor, id), id);
      precondition.require(version);
      const edited = await updateTodo(unit.tx, id, change);
      if (edited.remindAt !== remindAt) scheduleReminder(unit, edited);
      return edited;
    });
  }

  /** Idempotent: a second call returns the instant of the first completion. @throws `http.precondition_failed` */
  function complete(actor: Actor, id: string, precondition: Precondition): Promise<Todo> {
    return db.write(actor, async ({ tx, publish }) => {
      const todo = orNotFound(await lockTodo(tx, actor, id), id);
      precondition.require(todo.version);
      if (todo.isCompleted) return todo;
      publish(todoEvents.completed, { todoId: id, ownerId: actor.id });
      return updateTodo(tx, id, { completedAt: now().toISOString() });
    });
  }

  /** Changes nothing if the todo is open. @throws `http.precondition_failed` */
  function reopen(actor: Actor, id: string, precondition: Precondition): Promise<Todo> {
    return db.write(actor, async (unit) => {
      const todo = orNotFound(await lockTodo(unit.tx, actor, id), id);
      precondition.require(todo.version);
      if (!todo.isCompleted) return todo;
      const open = await updateTodo(unit.tx, id, { completedAt: null });
      scheduleReminder(unit, open);
      return open;
    });
  }

  /** @throws `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async ({ tx, publish, audit }) => {
      const { description, version } = orNotFound(await lockTodo(tx, actor, id), id);
      precondition.require(version);
      await deleteTodo(tx, id);
      publish(todoEvents.deleted, { todoId: id, ownerId: actor.id });
      const subjectId = actor.id; // the payload is encrypted under the person's key, and becomes unreadable with them
      audit({ action: 'todos.deleted', resourceType: 'todo', resourceId: id, subjectId, payload: { description } });
    });
  }

  /** Sends the reminder once, if the todo is open and its reminder is still the one that this item was made for. */
  async function remind({ ref }: Work): Promise<WorkResult<TodosTables>> {
    const { todoId, remindAt } = fromRef(ref);
    return {
      write: async (unit) => {
        const todo = await lockForReminder(unit.tx, todoId);
        if (!todo || todo.isCompleted || todo.remindAt !== remindAt) return;
        await notifications.send(withoutTables(unit), {
          template: 'todos.reminder',
          to: { userId: todo.ownerId },
          channels: ['inApp', 'email'],
          category: 'reminders',
          variables: { description: todo.description, dueDate: todo.dueDate ?? '' },
        });
        await updateTodo(unit.tx, todoId, { remindAt: null });
      },
    };
  }

  /** Part of the caller's unit, which takes a batch; a work item takes the rest, each batch in a unit of its own. */
  async function forgetUser(unit: OwnUnit, userId: string): Promise<void> {
    if (!(await forgetSome(unit, userId))) unit.enqueue(erasureQueue, { ref: userId });
  }

  /** Answers whether nothing is left. */
  async function forgetSome({ tx }: OwnUnit, userId: string): Promise<boolean> {
    return (await deleteTodosOf(tx, userId, ERASED_AT_ONCE)) < ERASED_AT_ONCE;
  }

  async function forgetRest({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<TodosTables>> {
    const forgetBatch = () => db.write(system('todos', origin), (unit) => forgetSome(unit, ref));
    while (!(await forgetBatch())) signal.throwIfAborted();
    return { write: async () => {} };
  }

  return {
    list,
    get,
    create,
    copy,
    edit,
    complete,
    reopen,
    remove,
    remind,
    countOpen: (userId: string) => countOpenTodos(db.read, userId),
    /** The only rule: the owner of a todo has access to it. */
    findReason: async (who: Pick<Actor, 'id'>, _permission: string, id: string) =>
      (await findTodo(db.read, who, id)) ? ({ code: 'owner' } as const) : null,
    listIds: (who: Pick<Actor, 'id'>, _permission: string, page: Parameters<typeof listTodoIds>[2]) =>
      listTodoIds(db.read, who, page),
    exportFor: async (userId: string) => exportTodos(db.read, userId),
    forgetUser,
    forgetRest,
  };
}

export type TodoService = ReturnType<typeof createTodoService>;

async function insert(unit: OwnUnit, fields: Required<NewTodo>): Promise<Todo> {
  const { tx, actor, publish } = unit;
  const todo = await insertTodo(tx, { id: newId(), ownerId: actor.id, ...fields });
  publish(todoEvents.created, { todoId: todo.id, ownerId: actor.id });
  scheduleReminder(unit, todo);
  return todo;
}

function scheduleReminder({ enqueue }: OwnUnit, { id, remindAt, isCompleted }: Todo): void {
  if (remindAt === null || isCompleted) return;
  enqueue(reminderQueue, { ref: `${id} ${remindAt}`, dueAt: remindAt });
}

function fromRef(ref: string) {
  const [todoId = '', remindAt = ''] = ref.split(' ');
  return { todoId, remindAt };
}

function orNotFound(todo: Todo | undefined, id: string): Todo {
  if (!todo) throw todoErrors.notFound({ id });
  return todo;
}
