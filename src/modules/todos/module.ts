/**
 * Todos: each user's own list of things to do.
 *
 * Offers    `/api/v1/todos`; `countOpen` to other modules (`TodosApi`).
 * Publishes `todos.created`, `todos.completed`, `todos.deleted`.
 * Hears     nothing; reminders, sent through Notifications, and erasure are its own work items.
 * Stores    schema `todos`, one table.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { todoErrors, todoEvents, todoPermissions, type TodosApi } from './contract.ts';
import { todoRoutes } from './routes.ts';
import { createTodoService, erasureQueue, reminderQueue, type TodosNeeds } from './service.ts';
import type { TodosTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

export function createTodos(needs: TodosNeeds): Module<TodosApi> {
  const todos = createTodoService(needs);
  return {
    name: 'todos',
    api: { countOpen: todos.countOpen },
    routes: todoRoutes(todos),
    tags: { todos: 'Your own list of things to do.' },
    permissions: Object.values(todoPermissions),
    errors: Object.values(todoErrors),
    texts,
    templates,
    publishes: Object.values(todoEvents),
    workers: [
      worker({ queue: reminderQueue, maxAttempts: 10, leaseMs: 30_000, handle: todos.remind }),
      worker({ queue: erasureQueue, maxAttempts: 100, leaseMs: 30_000, handle: todos.forgetRest }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [
      {
        resourceType: 'todo',
        permissions: Object.values(todoPermissions),
        findReason: todos.findReason,
        listIds: todos.listIds,
      },
    ],
    audited,
    privacy: {
      export: todos.exportFor,
      erase: (unit, userId) => todos.forgetUser(withTables<TodosTables>(unit), userId),
    },
    menu: [{ path: '/todos', title: { en: 'Todos', fa: 'کارها' }, permission: todoPermissions.read.code }],
  };
}
