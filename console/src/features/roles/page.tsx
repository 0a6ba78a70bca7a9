import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Role } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { RoleDrawer } from './drawer.tsx';
import { RolesNav } from './parts.tsx';
import { PATH, rolesQuery, toRolesQuery } from './queries.ts';
import { ADMIN } from './reach.ts';
import { words } from './words.ts';

const route = getRouteApi('/roles');

export function RolesPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const { cursor } = route.useSearch();
  const view = useListView('roles');
  const asked = toRolesQuery(cursor, view[0].size);
  return (
    <>
      <RolesNav />
      <ListPage
        title={say.title}
        query={useQuery(rolesQuery(asked))}
        permission="authorization.manage"
        call={{ path: PATH, query: asked }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.role}
        name={({ name }) => <bdi>{name}</bdi>}
        plainName={({ name }) => name}
        columns={useColumns()}
        actions={
          can('authorization.manage') && (
            <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
              <Icon name="plus" />
              {say.add}
            </Link>
          )
        }
        isFiltered={false}
        empty={say.empty}
        emptyFiltered={say.empty}
        drawer={(id, ids, onGo) => <RoleDrawer id={id} ids={ids} onGo={onGo} />}
      />
    </>
  );
}

function useColumns(): readonly Column<Role>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    {
      key: 'kind',
      title: say.kind,
      cell: ({ builtIn }) => (builtIn ? <Badge>{say.builtIn}</Badge> : null),
    },
    { key: 'includes', title: say.includes, cell: ({ includes }) => <bdi>{fmt.list(includes)}</bdi> },
    {
      key: 'permissions',
      title: say.permissions,
      cell: ({ name, permissions }) =>
        name === ADMIN ? say.allOfThem : say.count(fmt.number(permissions.length), permissions.length),
      isOnPhone: true,
    },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isExtra: true },
  ];
}
