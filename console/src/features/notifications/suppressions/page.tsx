import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { take, type Suppression } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { AskButton } from '../ask.tsx';
import { ChannelFilter } from '../filters.tsx';
import { ListedDrawer, MessageFact } from '../listed.tsx';
import { words as shared } from '../words.ts';
import { suppressed } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/notifications/suppressions');
const PATH = '/api/v1/notifications/suppressions';
const SUPPRESSIONS = ['notifications', 'suppressions'] as const;

export function SuppressionsPage() {
  const say = useTexts(words);
  const { channel, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('suppressions');
  const asked = given({ pageSize: view[0].size, channel, cursor });
  const list = useQuery({
    queryKey: [...SUPPRESSIONS, asked],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      title={say.title}
      query={list}
      permission="notifications.manage_all"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.reason}
      name={({ reason }) => <bdi>{reason}</bdi>}
      plainName={({ reason }) => reason}
      columns={useColumns()}
      filters={
        <ChannelFilter
          among={suppressed}
          value={channel}
          onChange={(one) => void navigate({ search: given({ channel: one }) })}
        />
      }
      isFiltered={channel !== undefined}
      notice={list.data?.items.length ? <p className="text-ink2">{say.about}</p> : null}
      empty={say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) => (
        <SuppressionDrawer id={id} ids={ids} onGo={onGo} item={list.data?.items.find((one) => one.id === id)} />
      )}
    />
  );
}

function useColumns(): readonly Column<Suppression>[] {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  return [
    { key: 'channel', title: kinds.channel, cell: ({ channel }) => kinds.channels[channel], isOnPhone: true },
    { key: 'provider', title: say.provider, cell: ({ provider }) => <bdi>{provider}</bdi> },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isOnPhone: true },
  ];
}

function SuppressionDrawer({ item, ...row }: RowDrawerProps & { readonly item: Suppression | undefined }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  return (
    <ListedDrawer {...row} title={say.title} item={item}>
      {({ id, channel, provider, reason, notificationId, createdAt }) => (
        <>
          <p className="text-ink2 border-line border-b px-5 py-3">{say.about}</p>
          <Facts>
            <Fact name={say.reason}>
              <bdi>{reason}</bdi>
            </Fact>
            <Fact name={kinds.channel}>{kinds.channels[channel]}</Fact>
            <Fact name={say.provider}>
              <bdi>{provider}</bdi>
            </Fact>
            <Fact name={say.created}>
              <Time at={createdAt} />
            </Fact>
            {notificationId !== null && <MessageFact id={notificationId} />}
            <Fact name={kinds.id}>
              <Copyable name={kinds.id} value={id} />
            </Fact>
          </Facts>
          <div className="px-5 py-4">
            <AskButton
              action={say.lift}
              title={say.liftTitle}
              text={say.liftText}
              cancel={say.keep}
              done={say.lifted}
              run={() => take(client.api.DELETE(`${PATH}/{id}`, { params: { path: { id } } }))}
              stale={SUPPRESSIONS}
              onDone={() => row.onGo(undefined)}
            />
          </div>
        </>
      )}
    </ListedDrawer>
  );
}
