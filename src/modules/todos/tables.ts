import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Todo } from './contract.ts';

/** Mirrors migrations/; the only tables this module can name. A row is a `Todo` and its owner. */
export type TodosTables = {
  'todos.todo': Omit<Todo, 'isCompleted' | 'completedAt' | 'createdAt' | 'updatedAt' | 'version'> & {
    ownerId: string;
    completedAt: ColumnType<string | null, undefined>; // a new todo is open
    createdAt: Generated<string>;
    updatedAt: Generated<string>;
    version: Generated<number>;
    isCompleted: GeneratedAlways<boolean>;
    priorityRank: GeneratedAlways<number>;
    labelForms: GeneratedAlways<string[]>;
    searchText: GeneratedAlways<string>;
  };
};
