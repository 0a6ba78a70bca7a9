import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import type { InboxItem } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { previewOf } from './preview.ts';
import { inboxQuery, unreadQuery, useRead, useReadAll } from './queries.ts';
import { useInboxStream } from './stream.ts';
import { words } from './words.ts';

const NEWEST = 8;

/** In the header: how many messages are unread, and the newest. */
export function Bell() {
  const say = useTexts(words);
  const fmt = useFmt();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(unreadQuery);
  useInboxStream();
  const count = data?.unreadCount ?? 0;
  const shown = data?.unreadCountCapped === true ? `${say.many} ${fmt.number(count)}` : fmt.number(count);
  const name = count === 0 ? say.bellNone : say.bell(shown);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={name}
        title={name}
        data-bell={count}
        className={`${buttonClass('quiet', true)} relative`}
      >
        <Icon name="bell" />
        {count > 0 && (
          <span
            aria-hidden="true"
            className="bg-bad text-sheet text-label absolute -end-0.5 top-0 grid h-4 min-w-4 place-items-center rounded-full px-1 leading-none font-semibold"
          >
            {count > 99 ? `${fmt.number(99)}+` : fmt.number(count)}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={say.title}
          className="bg-sheet border-line z-50 flex max-h-[min(70dvh,560px)] w-[min(380px,calc(100vw-16px))] flex-col rounded-xl border shadow-xl outline-none"
        >
          <Newest hasUnread={count > 0} onGo={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Newest({ hasUnread, onGo }: { readonly hasUnread: boolean; readonly onGo: () => void }) {
  const say = useTexts(words);
  const tell = useToast();
  const { data, error, refetch } = useQuery(inboxQuery({ pageSize: NEWEST }));
  const readAll = useReadAll();
  return (
    <>
      <div className="border-line flex min-h-12 items-center justify-between gap-2 border-b ps-4 pe-2">
        <h2 className="font-semibold">{say.title}</h2>
        {hasUnread && (
          <Button
            look="quiet"
            onClick={() => readAll.mutate(undefined, { onError: ({ message }) => tell(say.failed(message)) })}
          >
            {say.readAll}
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {data && data.items.length === 0 && <Empty text={say.empty} />}
        <ul className="divide-line divide-y">
          {data?.items.map((item) => (
            <Item key={item.id} item={item} onGo={onGo} />
          ))}
        </ul>
        {!data && !error && <Skeleton rows={4} />}
        {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      </div>
      <div className="border-line border-t p-1.5">
        <Link to="/inbox" onClick={onGo} className={`${buttonClass('quiet')} w-full`}>
          {say.all}
        </Link>
      </div>
    </>
  );
}

/** Opening a message reads it. */
function Item({ item, onGo }: { readonly item: InboxItem; readonly onGo: () => void }) {
  const say = useTexts(words);
  const { mutate } = useRead();
  const tell = useToast();
  const { id, subject, text, createdAt, readAt } = item;
  const open = () => {
    if (readAt === null) mutate(id, { onError: ({ message }) => tell(say.failed(message)) });
    onGo();
  };
  return (
    <li>
      <Link
        to="/inbox"
        search={{ open: id }}
        onClick={open}
        className="hover:bg-raised grid grid-cols-[10px_1fr] gap-x-2 px-4 py-2.5 -outline-offset-2!"
      >
        <span className="pt-1.5">{readAt === null && <span className="bg-kashi block size-2 rounded-full" />}</span>
        <span className="grid min-w-0">
          <span className={`truncate ${readAt === null ? 'font-semibold' : 'text-ink2'}`}>
            {readAt === null && <span className="sr-only">{say.unread}: </span>}
            <bdi>{subject || say.noSubject}</bdi>
          </span>
          <span dir="auto" className="text-ink2 text-meta line-clamp-2 [overflow-wrap:anywhere]">
            {previewOf(subject, text)}
          </span>
          <span className="text-ink3 text-meta">
            <Time at={createdAt} as="ago" />
          </span>
        </span>
      </Link>
    </li>
  );
}
