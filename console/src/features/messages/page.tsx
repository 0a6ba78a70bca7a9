import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { FailedMessage } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { AskReplay, useStart } from './ask.tsx';
import { MessageDrawer } from './drawer.tsx';
import { Filters } from './filters.tsx';
import { ReplayDock } from './dock.tsx';
import { MessagesNav } from './nav.tsx';
import { messagesQuery, PATH, toMessagesQuery, toReplayFilter, type StartReplay } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/messages');

/** Messages that gave up, and what an operator does about them. */
export function MessagesPage() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('messages');
  const [asked, setAsked] = useState<StartReplay | null>(null);
  const listed = toMessagesQuery(search, view[0].size);
  const query = useQuery(messagesQuery(listed));
  const { box = 'inbox', state } = search;
  const mayReplay = can('observability.manage') && state === undefined;
  const count = query.data?.totalCount ?? 0;
  const follow = (replay: string | undefined) => void navigate({ search: (before) => ({ ...before, replay }) });
  const start = useStart(follow);
  return (
    <>
      <MessagesNav />
      <ListPage
        title={say.title}
        query={query}
        permission="observability.read"
        call={{ path: PATH, query: listed }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.type}
        name={({ type }) => <bdi className="font-mono text-[12px]">{type}</bdi>}
        plainName={({ type }) => type}
        columns={useColumns(box === 'inbox')}
        actions={
          <>
            <Button
              isSquare
              look="quiet"
              aria-label={say.refresh}
              title={say.refresh}
              onClick={() => void query.refetch()}
            >
              <Icon name="replay" />
            </Button>
            {mayReplay && count > 0 && (
              <Button look="primary" onClick={() => setAsked({ box, filter: toReplayFilter(search), take: count })}>
                {say.replayAll(count, fmt.number(count))}
              </Button>
            )}
          </>
        }
        filters={<Filters search={search} />}
        isFiltered={isFiltered(search)}
        empty={say.empty}
        emptyFiltered={say.emptyFiltered}
        {...(mayReplay && {
          bulk: (items: readonly FailedMessage[]) => (
            <Button onClick={() => setAsked({ box, filter: { ids: items.map(({ id }) => id) }, take: items.length })}>
              {say.replay(items.length, fmt.number(items.length))}
            </Button>
          ),
        })}
        drawer={(id, ids, onGo) => <MessageDrawer id={id} ids={ids} onGo={onGo} onStarted={follow} />}
      />
      {asked && <AskReplay asked={asked} onEnd={() => setAsked(null)} onConfirm={start} />}
      {search.replay !== undefined && <ReplayDock id={search.replay} onClose={() => follow(undefined)} />}
    </>
  );
}

function isFiltered({ state, type, consumer, error, age }: ReturnType<typeof route.useSearch>): boolean {
  return [state, type, consumer, error, age].some((one) => one !== undefined);
}

function useColumns(hasConsumer: boolean): readonly Column<FailedMessage>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    ...(hasConsumer
      ? [
          {
            key: 'consumer',
            title: say.consumer,
            cell: ({ consumer }: FailedMessage) => <bdi className="font-mono text-[12px]">{consumer}</bdi>,
            isOnPhone: true,
          },
        ]
      : []),
    {
      key: 'error',
      title: say.lastError,
      cell: ({ error }) => (
        <bdi title={error} className="max-sm:line-clamp-2 max-sm:[overflow-wrap:anywhere]">
          {error}
        </bdi>
      ),
      isWide: true,
      isOnPhone: true,
    },
    {
      key: 'failedAt',
      title: say.failedAt,
      cell: ({ failedAt }) => failedAt && <Time at={failedAt} as="ago" />,
      isOnPhone: true,
    },
    { key: 'attempts', title: say.attempts, isNumber: true, cell: ({ attempt }) => fmt.number(attempt) },
    {
      key: 'key',
      title: say.key,
      cell: ({ key }) => <bdi className="font-mono text-[12px]">{key}</bdi>,
      isExtra: true,
    },
  ];
}
