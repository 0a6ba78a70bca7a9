import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Todo } from '#client';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips, Choice, SearchBox } from '#app/ui/list.tsx';
import { Bulk } from './bulk.tsx';
import { useColumns } from './columns.tsx';
import { TodoDrawer } from './drawer.tsx';
import { PATH, todosQuery, toTodosQuery } from './queries.ts';
import { isFiltered, type TodosSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/todos');

export function TodosPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const search = route.useSearch();
  const view = useListView('todos');
  const asked = toTodosQuery(search, view[0].size);
  return (
    <ListPage<Todo>
      title={say.title}
      query={useQuery(todosQuery(asked))}
      permission="todos.read"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.description}
      name={({ description, isCompleted }) => (
        <bdi className={isCompleted ? 'text-ink3 font-normal line-through' : ''}>{description}</bdi>
      )}
      plainName={({ description }) => description}
      columns={useColumns()}
      actions={can('todos.write') && <Add look="primary" />}
      filters={<Filters filters={search} />}
      isFiltered={isFiltered(search)}
      empty={say.empty}
      emptyAction={can('todos.write') && <Add look="plain" />}
      emptyFiltered={say.emptyFiltered}
      {...(can('todos.write') && { bulk: (todos, clear) => <Bulk todos={todos} onDone={clear} /> })}
      drawer={(id, ids, onGo) => <TodoDrawer id={id} ids={ids} onGo={onGo} />}
    />
  );
}

function Add({ look }: { readonly look: 'primary' | 'plain' }) {
  const say = useTexts(words);
  return (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass(look)}>
      <Icon name="plus" />
      {say.add}
    </Link>
  );
}

function Filters({ filters: { search = '', state, sort, label } }: { readonly filters: TodosSearch }) {
  const say = useTexts(words);
  const navigate = route.useNavigate();
  const filter = (change: Partial<TodosSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  return (
    <>
      <SearchBox value={search} label={say.search} onChange={(text) => filter({ search: text || undefined })} />
      <Chips<'all' | 'open' | 'done'>
        label={say.state}
        value={state ?? 'all'}
        options={(['all', 'open', 'done'] as const).map((one) => [one, say.states[one]] as const)}
        onChange={(one) => filter({ state: one === 'all' ? undefined : one })}
      />
      <Choice<'newest' | 'dueDate' | 'priority'>
        label={say.sort}
        value={sort ?? 'newest'}
        options={(['newest', 'dueDate', 'priority'] as const).map((one) => [one, say.sorts[one]] as const)}
        onChange={(one) => filter({ sort: one === 'newest' ? undefined : one })}
      />
      {label !== undefined && (
        <Button onClick={() => filter({ label: undefined })} title={say.removeFilter}>
          <bdi>{say.labelFilter(label)}</bdi>
          <Icon name="close" className="size-3.5" />
        </Button>
      )}
    </>
  );
}
