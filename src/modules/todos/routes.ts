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
        config: { access: read, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listTodos', querystring: TodoQuery, response: { 200: Page(Todo) } },
      },
      ({ actor, query }) => todos.list(actor, query),
    );

    http.post(
      '/todos',
      {
        config: { access: write },
        schema: { operationId: 'createTodo', body: NewTodo, response: { 201: Todo } },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await todos.create(actor, body)),
    );

    http.get(
      '/todos/:id',
      {
        config: { access: read, errors },
        schema: { operationId: 'getTodo', params: ById, response: { 200: Todo } },
      },
      ({ actor, params }) => todos.get(actor, params.id),
    );

    http.patch(
      '/todos/:id',
      {
        config: { access: write, errors: [...errors, httpErrors.preconditionFailed] },
        schema: { operationId: 'editTodo', params: ById, body: TodoChange, response: { 200: Todo } },
      },
      ({ actor, params, body, ifMatch }) => todos.edit(actor, params.id, body, ifMatch),
    );

    http.put(
      '/todos/:id/complete',
      {
        config: { access: write, errors },
        schema: { operationId: 'completeTodo', params: ById, response: { 200: Todo } },
      },
      ({ actor, params }) => todos.complete(actor, params.id),
    );

    http.put(
      '/todos/:id/reopen',
      {
        config: { access: write, errors },
        schema: { operationId: 'reopenTodo', params: ById, response: { 200: Todo } },
      },
      ({ actor, params }) => todos.reopen(actor, params.id),
    );

    http.post(
      '/todos/:todoId/copy',
      {
        config: { access: write, errors, location: '/api/v1/todos' },
        schema: { operationId: 'copyTodo', params: Type.Object({ todoId: Id }), response: { 201: Todo } },
      },
      async ({ actor, params }, reply) => reply.code(201).send(await todos.copy(actor, params.todoId)),
    );

    http.delete(
      '/todos/:id',
      {
        config: { access: write, errors },
        schema: { operationId: 'deleteTodo', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await todos.remove(actor, params.id)),
    );
  };
}
