import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { InboxItem } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { ListedDrawer } from '#app/features/notifications/listed.tsx';
import { previewOf } from './preview.ts';
import { inboxQuery, PATH, unreadQuery, useRead, useReadAll } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/inbox');

/** All messages of the reader's own inbox. */
export function InboxPage() {
  const say = useTexts(words);
  const { cursor } = route.useSearch();
  const view = useListView('inbox');
  const asked = { pageSize: view[0].size, cursor };
  const list = useQuery(inboxQuery(asked));
  return (
    <ListPage
      title={say.title}
      query={list}
      permission=""
      call={{ path: PATH, query: given(asked) }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.message}
      name={(item) => <Name item={item} />}
      plainName={({ subject }) => subject || say.noSubject}
      columns={useColumns()}
      actions={<ReadAll />}
      isFiltered={false}
      empty={say.empty}
      emptyFiltered={say.empty}
      drawer={(id, ids, onGo) => (
        <ItemDrawer id={id} ids={ids} onGo={onGo} item={list.data?.items.find((one) => one.id === id)} />
      )}
    />
  );
}

function Name({ item: { subject, text, readAt } }: { readonly item: InboxItem }) {
  const say = useTexts(words);
  return (
    <span className={readAt === null ? 'font-semibold' : 'text-ink2 font-normal'}>
      <bdi>{subject || say.noSubject}</bdi>
      <span className="text-ink3 ms-2 font-normal">
        <bdi>{previewOf(subject, text)}</bdi>
      </span>
    </span>
  );
}

function useColumns(): readonly Column<InboxItem>[] {
  const say = useTexts(words);
  return [
    {
      key: 'state',
      title: say.state,
      cell: ({ readAt }) => (readAt === null ? <Badge state="info">{say.unread}</Badge> : null),
      isOnPhone: true,
    },
    { key: 'category', title: say.category, cell: ({ category }) => say.categories[category] ?? category },
    { key: 'received', title: say.received, cell: ({ createdAt }) => <Time at={createdAt} />, isOnPhone: true },
  ];
}

function ReadAll() {
  const say = useTexts(words);
  const tell = useToast();
  const { data } = useQuery(unreadQuery);
  const readAll = useReadAll();
  if (!data || data.unreadCount === 0) return null;
  return (
    <Button onClick={() => readAll.mutate(undefined, { onError: ({ message }) => tell(say.failed(message)) })}>
      {say.readAll}
    </Button>
  );
}

/** An open message is read. */
function ItemDrawer({ item, ...row }: RowDrawerProps & { readonly item: InboxItem | undefined }) {
  const say = useTexts(words);
  const tell = useToast();
  const { mutate } = useRead();
  const unreadId = item?.readAt === null ? item.id : undefined;
  useEffect(() => {
    if (unreadId !== undefined) mutate(unreadId, { onError: ({ message }) => tell(say.failed(message)) });
  }, [unreadId, mutate, tell, say]);
  return (
    <ListedDrawer {...row} title={item ? item.subject || say.noSubject : say.title} item={item}>
      {({ id, category, text, createdAt }) => (
        <>
          <p dir="auto" className="border-line border-b px-5 py-4 whitespace-pre-wrap [overflow-wrap:anywhere]">
            <bdi>{text}</bdi>
          </p>
          <Facts>
            <Fact name={say.category}>{say.categories[category] ?? category}</Fact>
            <Fact name={say.received}>
              <Time at={createdAt} as="second" />
            </Fact>
            <Fact name={say.id}>
              <Copyable name={say.id} value={id} />
            </Fact>
          </Facts>
        </>
      )}
    </ListedDrawer>
  );
}
