import type { AuditedOperations } from '#platform/module.ts';

/** Changes of a todo can be seen in the todo itself; only a deletion leaves nothing behind. */
export const audited: AuditedOperations = {
  'POST /api/v1/todos': 'a user’s own list',
  'PATCH /api/v1/todos/{id}': 'a user’s own list',
  'PUT /api/v1/todos/{id}/complete': 'a user’s own list',
  'PUT /api/v1/todos/{id}/reopen': 'a user’s own list',
  'POST /api/v1/todos/{todoId}/copy': 'a user’s own list',
  'DELETE /api/v1/todos/{id}': ['todos.deleted'],
};
