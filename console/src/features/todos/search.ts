import { toCursor, toText } from '#app/app/search.ts';

const states = ['open', 'done'] as const;
const orders = ['dueDate', 'priority'] as const;

/** What the address of the list says. Left out: all todos, newest first, the first page, no drawer. */
export interface TodosSearch {
  readonly search?: string | undefined;
  readonly state?: (typeof states)[number] | undefined;
  readonly label?: string | undefined;
  readonly sort?: (typeof orders)[number] | undefined;
  readonly cursor?: string | undefined;
  /** The id of a todo, or `new`. */
  readonly open?: string | undefined;
}

export function toTodosSearch(found: Readonly<Record<string, unknown>>): TodosSearch {
  const state = states.find((one) => one === found['state']);
  const sort = orders.find((one) => one === found['sort']);
  return {
    ...toText(found, 'search', 'label', 'open'),
    ...toCursor(found),
    ...(state && { state }),
    ...(sort && { sort }),
  };
}

export function isFiltered({ search, state, label }: TodosSearch): boolean {
  return search !== undefined || state !== undefined || label !== undefined;
}
