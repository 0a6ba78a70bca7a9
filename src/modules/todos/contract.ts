import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Day, Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const EXAMPLE = { description: 'خرید نان و شیر', dueDate: '2026-11-25', labels: ['خانه'], priority: 'high' };

const Description = Type.String({ minLength: 1, maxLength: 500, pattern: VISIBLE_PATTERN });
const Label = Type.String({ minLength: 1, maxLength: 50, pattern: NAME_PATTERN });
const Labels = Type.Array(Label, { maxItems: 20, uniqueItems: true });
const Priority = OneOf('normal', 'low', 'medium', 'high', 'top');

/** A todo: the API, the client and this module's code use the same type. */
export const Todo = Type.Object(
  {
    id: Id,
    description: Type.String(),
    dueDate: Nullable(Day),
    labels: Type.Array(Type.String()),
    priority: Priority,
    remindAt: Nullable(Instant),
    isCompleted: Type.Boolean(),
    completedAt: Nullable(Instant),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  {
    title: 'Todo',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        ...EXAMPLE,
        remindAt: '2026-11-25T14:30:00.000Z',
        isCompleted: false,
        completedAt: null,
        createdAt: '2026-11-23T08:00:00.000Z',
        updatedAt: '2026-11-23T08:00:00.000Z',
        version: 1,
      },
    ],
  },
);
export type Todo = Static<typeof Todo>;

export const NewTodo = Type.Object(
  {
    description: Description,
    dueDate: Type.Optional(Nullable(Day)),
    labels: Type.Optional(Labels),
    priority: Type.Optional(Priority),
    remindAt: Type.Optional(
      Type.With(Nullable(Instant), { description: 'When a reminder is sent; nothing is sent for a completed todo' }),
    ),
  },
  { title: 'NewTodo', examples: [{ ...EXAMPLE, remindAt: '2026-11-25T14:30:00.000Z' }] },
);
export type NewTodo = Static<typeof NewTodo>;

/** Fields that are left out stay as they are; null removes a date. */
export const TodoChange = Type.Partial(NewTodo, {
  title: 'TodoChange',
  description: 'Fields that are left out stay as they are; null removes a date.',
  minProperties: 1,
  examples: [{ priority: 'top', dueDate: null }],
});
export type TodoChange = Static<typeof TodoChange>;

export const TodoQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: `Text anywhere in the description. Case, marks, tatweel, half-spaces, Arabic or Persian letters, and
        the kinds of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  isCompleted: Type.Optional(Type.Boolean({ description: 'Only completed (`true`) or only open todos (`false`).' })),
  label: Type.Optional(
    Type.String({
      maxLength: 50,
      description: `Only todos with this label. Case, marks, tatweel, half-spaces, Arabic or Persian letters, and the
        kinds of digits make no difference.`.replace(/\s+/g, ' '),
    }),
  ),
  sortBy: Type.Optional(
    Type.With(OneOf('createdAt', 'dueDate', 'priority'), {
      description: 'Order of the list, `createdAt` by default. Todos without a due date count as the latest.',
    }),
  ),
  sortOrder: Type.Optional(Type.With(OneOf('asc', 'desc'), { description: 'Direction, `desc` by default.' })),
});
export type TodoQuery = Static<typeof TodoQuery>;

export const todoPermissions = {
  read: definePermission('todos.read', 'See own todos', { grantedTo: ['user'] }),
  write: definePermission('todos.write', 'Create, change and delete own todos', { grantedTo: ['user'] }),
};

export const todoErrors = {
  notFound: defineError('todos.not_found', 404, 'No such todo'),
  quotaUsed: defineError('todos.quota_used', 409, 'You have as many todos as you may have'),
};

const TodoRef = Type.Object({ todoId: Type.String(), ownerId: Type.String() });

export const todoEvents = {
  created: defineEvent('todos.created', 1, 'todoId', TodoRef),
  completed: defineEvent('todos.completed', 1, 'todoId', TodoRef),
  deleted: defineEvent('todos.deleted', 1, 'todoId', TodoRef),
};

/** What other modules may call, in process. Everything else they learn from `todoEvents`. */
export interface TodosApi {
  /** Open todos of one user, counted up to 10,001; 0 for an unknown user. */
  countOpen(userId: string): Promise<number>;
}
