import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { ById, Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { NewTodo, Todo, TodoChange, todoErrors, todoPermissions, TodoQuery } from './contract.ts';
import type { TodoService } from './service.ts';

const { read, write } = todoPermissions;
const errors = [todoErrors.notFound];

export function todoRoutes(todos: TodoService): Routes {
  return async (http) => {
    http.get(
      '/todos',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listTodos',
          summary: 'List todos',
          description: 'Your own todos that match all filters, newest first unless `sortBy` says otherwise.',
          querystring: TodoQuery,
          response: { 200: Page(Todo) },
        },
      },
      ({ actor, query }) => todos.list(actor, query),
    );

    http.post(
      '/todos',
      {
        config: { access: write, impersonation: 'allowed', errors: [todoErrors.quotaUsed] },
        schema: {
          operationId: 'createTodo',
          summary: 'Create a todo',
          description: `The todo belongs to you, and other users cannot see it. With \`remindAt\` you get a reminder at
            that time, in your inbox and by the channels of your notification preferences.`,
          body: NewTodo,
          response: { 201: Todo },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await todos.create(actor, body)),
    );

    http.get(
      '/todos/:id',
      {
        config: { access: read, errors },
        schema: {
          operationId: 'getTodo',
          summary: 'Get a todo',
          description: 'Answers 404 also for the todo of another user.',
          params: ById,
          response: { 200: Todo },
        },
      },
      ({ actor, params }) => todos.get(actor, params.id),
    );

    http.patch(
      '/todos/:id',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'editTodo',
          summary: 'Change a todo',
          description: `Fields that you leave out keep their values. Send the \`ETag\` of the version that you have read
            in \`If-Match\`, so that you do not overwrite another change.`,
          params: ById,
          body: TodoChange,
          response: { 200: Todo },
        },
      },
      ({ actor, params, body, precondition }) => todos.edit(actor, params.id, body, precondition),
    );

    http.put(
      '/todos/:id/complete',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'completeTodo',
          summary: 'Complete a todo',
          description: 'Sets `completedAt`. Completing a completed todo changes nothing and returns it unchanged.',
          params: ById,
          response: { 200: Todo },
        },
      },
      ({ actor, params, precondition }) => todos.complete(actor, params.id, precondition),
    );

    http.put(
      '/todos/:id/reopen',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'reopenTodo',
          summary: 'Reopen a todo',
          description: `Clears \`completedAt\`. A reminder whose time is still to come is sent again. Reopening an open
            todo changes nothing.`,
          params: ById,
          response: { 200: Todo },
        },
      },
      ({ actor, params, precondition }) => todos.reopen(actor, params.id, precondition),
    );

    http.post(
      '/todos/:todoId/copy',
      {
        config: {
          access: write,
          impersonation: 'allowed',
          errors: [...errors, todoErrors.quotaUsed],
          location: '/api/v1/todos',
        },
        schema: {
          operationId: 'copyTodo',
          summary: 'Copy a todo',
          description: 'Creates an open todo with the same description, due date, labels, priority and reminder.',
          params: Type.Object({ todoId: Type.With(Id, { description: 'The todo to copy' }) }),
          response: { 201: Todo },
        },
      },
      async ({ actor, params }, reply) => reply.code(201).send(await todos.copy(actor, params.todoId)),
    );

    http.delete(
      '/todos/:id',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'deleteTodo',
          summary: 'Delete a todo',
          description: 'The todo is deleted permanently, and its reminder is not sent.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await todos.remove(actor, params.id, precondition)),
    );
  };
}
