import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { OrganisationDrawer } from './drawer.tsx';
import { Invited } from './invited.tsx';
import { ALL, organisationsQuery, OWN, type Row } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/organisations');

/** All of them for operators, and everybody's own. */
export function OrganisationsPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const { scope, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('organisations');
  const isOperator = can('organisations.access');
  const path = isOperator && scope !== 'own' ? ALL : OWN;
  const [{ size }] = view;
  const found = (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.new}
    </Link>
  );
  return (
    <>
      <ListPage
        title={say.title}
        query={useQuery(organisationsQuery(path, cursor, size))}
        permission="organisations.access"
        call={{ path, query: { pageSize: size, cursor } }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.name}
        name={({ name }) => <bdi>{name}</bdi>}
        plainName={({ name }) => name}
        columns={useColumns(path === OWN)}
        actions={can('organisations.create') && found}
        filters={
          isOperator && (
            <Chips<'all' | 'own'>
              label={say.scope}
              value={scope ?? 'all'}
              options={[
                ['all', say.all],
                ['own', say.own],
              ]}
              onChange={(next) => void navigate({ search: next === 'own' ? { scope: next } : {} })}
            />
          )
        }
        isFiltered={false}
        empty={path === OWN ? say.emptyOwn : say.empty}
        emptyAction={can('organisations.create') && found}
        emptyFiltered={say.empty}
        drawer={(id, ids, onGo) => <OrganisationDrawer id={id} ids={ids} onGo={onGo} />}
      />
      <Invited />
    </>
  );
}

function useColumns(isOwn: boolean): readonly Column<Row>[] {
  const say = useTexts(words);
  const own: readonly Column<Row>[] = [
    { key: 'role', title: say.yourRole, cell: ({ role }) => <bdi>{role}</bdi>, isOnPhone: true },
    { key: 'joined', title: say.joined, cell: ({ joinedAt }) => joinedAt && <Time at={joinedAt} /> },
    {
      key: 'active',
      title: say.active,
      cell: ({ isActive }) => isActive && <Badge state="info">{say.isActive}</Badge>,
      isExtra: true,
    },
  ];
  return [
    ...(isOwn ? own : []),
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isOnPhone: !isOwn },
    { key: 'updated', title: say.updated, cell: ({ updatedAt }) => <Time at={updatedAt} />, isExtra: true },
  ];
}
