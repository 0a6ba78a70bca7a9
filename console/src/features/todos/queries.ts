import { keepPreviousData, queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ifMatch, take, type NewTodo, type Todo, type TodoChange } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import type { TodosSearch } from './search.ts';

export const PATH = '/api/v1/todos';
const LISTS = ['todos', 'list'] as const;
const TODO = '/api/v1/todos/{id}';

/** The query of the list operation, for what the address says. */
export function toTodosQuery({ search, state, label, sort, cursor }: TodosSearch, pageSize: number) {
  return given({
    pageSize,
    cursor,
    search: search === undefined ? undefined : toPlain(search),
    label,
    isCompleted: state && state === 'done',
    // The nearest date first, but the highest priority first.
    sortBy: sort,
    sortOrder: sort && (sort === 'dueDate' ? ('asc' as const) : ('desc' as const)),
  });
}

export function todosQuery(query: ReturnType<typeof toTodosQuery>) {
  return queryOptions({
    queryKey: [...LISTS, query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export type TodoPage = Awaited<ReturnType<NonNullable<ReturnType<typeof todosQuery>['queryFn']>>>;

export function todoQuery(id: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['todos', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(TODO, { params: { path: { id } }, signal })),
    // A row of the list is a whole todo: the drawer has it at once.
    placeholderData: () =>
      queries
        .getQueriesData<TodoPage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .find((todo) => todo.id === id),
  });
}

/** Shows a todo everywhere as it is now, without moving a row. */
function show(queries: QueryClient, todo: Todo): void {
  queries.setQueryData(['todos', 'one', todo.id], todo);
  queries.setQueriesData<TodoPage>(
    { queryKey: LISTS },
    (page) => page && { ...page, items: page.items.map((one) => (one.id === todo.id ? todo : one)) },
  );
}

/** Ticks at once, and takes it back if the server refuses. */
export function useTick(onFailure: (error: Error) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isCompleted }: Todo) => {
      const options = { params: { path: { id } } };
      return isCompleted
        ? take(client.api.PUT(`${TODO}/reopen`, options))
        : take(client.api.PUT(`${TODO}/complete`, options));
    },
    onMutate: async (todo) => {
      await queries.cancelQueries({ queryKey: ['todos'] });
      show(queries, { ...todo, isCompleted: !todo.isCompleted });
    },
    onSuccess: (todo) => {
      show(queries, todo);
      return queries.invalidateQueries({ queryKey: ['todos', 'open'] });
    },
    onError: (error, todo) => {
      show(queries, todo);
      onFailure(error);
    },
  });
}

/** Creates, or changes what was read as `base`. @throws `ApiError` 412 if somebody else has changed it since */
export function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ base, fields }: { base: Todo | null; fields: NewTodo & TodoChange }) =>
      base
        ? take(client.api.PATCH(TODO, { params: { path: { id: base.id }, header: ifMatch(base) }, body: fields }))
        : take(client.api.POST(PATH, { body: fields })),
    onSuccess: (todo, { base }) => {
      show(queries, todo);
      return base ? undefined : queries.invalidateQueries({ queryKey: ['todos'] });
    },
  });
}

/** A new open todo with the same text, labels, priority and dates. */
export function useCopy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (todoId: string) => take(client.api.POST(`${PATH}/{todoId}/copy`, { params: { path: { todoId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['todos'] }),
  });
}

/** One call each, for several todos. @throws `ApiError` */
export const onServer = {
  complete: ({ id }: Todo) => take(client.api.PUT(`${TODO}/complete`, { params: { path: { id } } })),
  remove: ({ id }: Todo) => take(client.api.DELETE(TODO, { params: { path: { id } } })),
};

export function useDelete() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => take(client.api.DELETE(TODO, { params: { path: { id } } })),
    onSuccess: async (_, id) => {
      queries.removeQueries({ queryKey: ['todos', 'one', id] });
      await queries.invalidateQueries({ queryKey: ['todos'] });
    },
  });
}
