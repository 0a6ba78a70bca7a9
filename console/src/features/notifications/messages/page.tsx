import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Notification } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { ChannelFilter, RangeFilter, StatusFilter } from '../filters.tsx';
import { LOOKS } from '../kinds.ts';
import { words as shared } from '../words.ts';
import { Recipient } from './address.tsx';
import { ComposeDrawer } from './compose.tsx';
import { MessageDrawer } from './drawer.tsx';
import { MessageName, nameOf } from './name.tsx';
import { messagesQuery, PATH, toMessagesQuery } from './queries.ts';
import type { MessagesSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/notifications/');

export function MessagesPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const search = route.useSearch();
  const view = useListView('notifications');
  const asked = toMessagesQuery(search, view[0].size);
  return (
    <ListPage
      title={say.title}
      query={useQuery(messagesQuery(asked))}
      permission="notifications.read"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.subject}
      name={(message) => <MessageName message={message} />}
      plainName={(message) => nameOf(message, say.noSubject)}
      columns={useColumns()}
      actions={can('notifications.write') && <NewMessage />}
      filters={<Filters search={search} />}
      isFiltered={search.channel !== undefined || search.status !== undefined || search.range !== undefined}
      empty={say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) =>
        id === 'new' ? <ComposeDrawer onGo={onGo} /> : <MessageDrawer id={id} ids={ids} onGo={onGo} />
      }
    />
  );
}

function NewMessage() {
  const say = useTexts(words);
  return (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.compose}
    </Link>
  );
}

function useColumns(): readonly Column<Notification>[] {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  return [
    {
      key: 'recipient',
      title: say.recipient,
      cell: ({ channel, recipient }) => <Recipient channel={channel} recipient={recipient} />,
    },
    { key: 'channel', title: kinds.channel, cell: ({ channel }) => kinds.channels[channel], isOnPhone: true },
    {
      key: 'status',
      title: kinds.status,
      cell: ({ status }) => <Badge state={LOOKS[status]}>{kinds.statuses[status]}</Badge>,
      isOnPhone: true,
    },
    { key: 'template', title: say.template, cell: ({ template }) => <bdi>{template}</bdi>, isExtra: true },
    {
      key: 'category',
      title: say.category,
      cell: ({ category }) => kinds.categories[category] ?? category,
      isExtra: true,
    },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
}

function Filters({ search }: { readonly search: MessagesSearch }) {
  const navigate = route.useNavigate();
  const filter = (change: Partial<MessagesSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  return (
    <>
      <ChannelFilter value={search.channel} onChange={(channel) => filter({ channel })} />
      <StatusFilter value={search.status} onChange={(status) => filter({ status })} />
      <RangeFilter value={search.range} onChange={(range) => filter({ range })} />
    </>
  );
}
