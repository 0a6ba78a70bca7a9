import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Holdings } from '#app/features/roles/holdings.tsx';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { Access } from './access/access.tsx';
import { Fields } from './fields.tsx';
import { Invite } from './invite.tsx';
import { nameOf } from './name.ts';
import { OwnedFiles } from './owned/files.tsx';
import { Messages } from './owned/messages.tsx';
import { Trail } from './owned/trail.tsx';
import { Profile } from './profile.tsx';
import { userQuery } from './queries.ts';
import { tabs, type UserTab } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/users');
const NEEDS: Readonly<Record<UserTab, string>> = {
  profile: 'users.access',
  access: 'users.access',
  roles: 'authorization.manage',
  audit: 'audit.read',
  files: 'files.manage_all',
  messages: 'notifications.reports.read',
  fields: 'users.metadata',
};

export function UserDrawer({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  if (id !== 'new') return <OneUser id={id} ids={ids} onGo={onGo} />;
  return (
    <Drawer title={say.invite} onClose={() => onGo(undefined)}>
      <Invite onInvited={onGo} />
    </Drawer>
  );
}

/** An account, whole. The tab stays while the arrows go through the rows, and is forgotten with the drawer. */
function OneUser({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const { can } = useMe();
  const { tab: asked = 'profile' } = route.useSearch();
  const shown = tabs.filter((tab) => can(NEEDS[tab]));
  const tab = shown.find((one) => one === asked) ?? 'profile';
  const close = () => void navigate({ search: ({ open: _, tab: __, ...before }) => before });
  return (
    <RowDrawer
      id={id}
      ids={ids}
      onGo={(next) => (next === undefined ? close() : onGo(next))}
      isWide
      title={(user) => (user ? nameOf(user) : say.title)}
      query={useQuery(userQuery(id, queries))}
      permission="users.access"
    >
      {(user) => (
        <div className="pt-2 pb-6">
          <Tabs<UserTab>
            label={say.parts}
            value={tab}
            options={shown.map((one) => [one, say.tabs[one]] as const)}
            onChange={(next) => void navigate({ search: (before) => ({ ...before, tab: next }) })}
          >
            {tab === 'profile' && <Profile key={id} user={user} onDeleted={close} />}
            {tab === 'access' && <Access key={id} user={user} />}
            {tab === 'roles' && <Holdings key={id} userId={id} name={nameOf(user)} />}
            {tab === 'audit' && <Trail key={id} userId={id} />}
            {tab === 'files' && <OwnedFiles key={id} userId={id} />}
            {tab === 'messages' && <Messages key={id} userId={id} />}
            {tab === 'fields' && <Fields key={id} userId={id} />}
          </Tabs>
        </div>
      )}
    </RowDrawer>
  );
}
