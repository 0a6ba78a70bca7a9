import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Day, Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const Description = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' });
const Labels = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true });
const Priority = OneOf('normal', 'low', 'medium', 'high', 'top');

/** A todo as the API, the client and this module's own code see it: there is no second shape. */
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
    version: Type.Integer(),
  },
  { title: 'Todo' },
);
export type Todo = Static<typeof Todo>;

export const NewTodo = Type.Object(
  {
    description: Description,
    dueDate: Type.Optional(Nullable(Day)),
    labels: Type.Optional(Labels),
    priority: Type.Optional(Priority),
    remindAt: Type.Optional(Nullable(Instant)),
  },
  { title: 'NewTodo' },
);
export type NewTodo = Static<typeof NewTodo>;

/** What is left out stays; null takes a date away. */
export const TodoChange = Type.Partial(NewTodo, { title: 'TodoChange', minProperties: 1 });
export type TodoChange = Static<typeof TodoChange>;

export const TodoQuery = Type.Object({
  ...PageQuery.properties,
  /** Words anywhere in the description; case and the two ways of writing ی and ک do not matter. */
  search: Type.Optional(Type.String({ maxLength: 200 })),
  isCompleted: Type.Optional(Type.Boolean()),
  label: Type.Optional(Type.String({ maxLength: 50 })),
  sortBy: Type.Optional(OneOf('createdAt', 'dueDate', 'priority')),
  sortOrder: Type.Optional(OneOf('asc', 'desc')),
});
export type TodoQuery = Static<typeof TodoQuery>;

export const todoPermissions = {
  read: definePermission('todos.read', 'See own todos', { grantedTo: ['user'] }),
  write: definePermission('todos.write', 'Create, change and delete own todos', { grantedTo: ['user'] }),
};

export const todoErrors = {
  notFound: defineError('todos.not_found', 404, 'No such todo'),
};

const TodoRef = Type.Object({ todoId: Type.String(), ownerId: Type.String() });

export const todoEvents = {
  created: defineEvent('todos.created', 1, 'todoId', TodoRef),
  completed: defineEvent('todos.completed', 1, 'todoId', TodoRef),
  deleted: defineEvent('todos.deleted', 1, 'todoId', TodoRef),
};

/** What other modules may call, in process. Everything else they learn from `todoEvents`. */
export interface TodosApi {
  /** Open todos of one user; 0 for an unknown user. */
  countOpen(userId: string): Promise<number>;
}
