import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { User } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Choice, SearchBox } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { UserDrawer } from './drawer.tsx';
import { LOOKS, nameOf } from './name.ts';
import { PATH, toUsersQuery, usersQuery } from './queries.ts';
import { statuses, type UsersSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/users');

export function UsersPage() {
  const say = useTexts(words);
  const search = route.useSearch();
  const view = useListView('users');
  const asked = toUsersQuery(search, view[0].size);
  return (
    <ListPage
      title={say.title}
      query={useQuery(usersQuery(asked))}
      permission="users.access"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.name}
      name={(user) => <bdi>{nameOf(user)}</bdi>}
      plainName={nameOf}
      columns={useColumns()}
      actions={
        <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
          <Icon name="plus" />
          {say.invite}
        </Link>
      }
      filters={<Filters search={search} />}
      isFiltered={search.search !== undefined || search.status !== undefined}
      empty={say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) => <UserDrawer id={id} ids={ids} onGo={onGo} />}
    />
  );
}

function useColumns(): readonly Column<User>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    { key: 'contact', title: say.email, cell: ({ email, phone }) => <bdi>{email ?? phone}</bdi>, isOnPhone: true },
    { key: 'phone', title: say.phone, cell: ({ phone }) => <bdi>{phone}</bdi>, isExtra: true },
    {
      key: 'status',
      title: say.status,
      cell: ({ status }) => <Badge state={LOOKS[status]}>{say.statuses[status]}</Badge>,
      isOnPhone: true,
    },
    { key: 'roles', title: say.roles, cell: ({ roles }) => <bdi>{fmt.list(roles)}</bdi> },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
}

function Filters({ search: { search = '', status } }: { readonly search: UsersSearch }) {
  const say = useTexts(words);
  const navigate = route.useNavigate();
  const filter = (change: Partial<UsersSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  return (
    <>
      <SearchBox value={search} label={say.search} onChange={(text) => filter({ search: text || undefined })} />
      <Choice<'all' | (typeof statuses)[number]>
        label={say.status}
        value={status ?? 'all'}
        options={[['all', say.all], ...statuses.map((one) => [one, say.statuses[one]] as const)]}
        onChange={(one) => filter({ status: one === 'all' ? undefined : one })}
      />
    </>
  );
}
