import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApiCall } from '#app/list/call.tsx';
import { ListHead } from '#app/list/tools.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { words } from '../words.ts';

interface OwnedRowsProps<T> {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly T[] }>>;
  /** Names the file of an export. */
  readonly title: string;
  readonly call: ApiCall;
  /** What can be chosen. Default: the title. */
  readonly head?: ReactNode;
  /** Named where the reader lacks it. */
  readonly permission: string;
  readonly empty: string;
  /** An `li` with the id as its key. */
  readonly row: (item: T) => ReactNode;
}

/** What belongs to a person, newest first, with older ones on demand. */
export function OwnedRows<T>({ query, title, call, head, permission, empty, row }: OwnedRowsProps<T>) {
  const say = useTexts(words);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <ListHead
        title={title}
        call={call}
        count={data && !hasNextPage ? items.length : undefined}
        isEmpty={items.length === 0}
      >
        {head}
      </ListHead>
      <div className="border-line rounded-xl border">
        {items.length > 0 && <ul className="divide-line divide-y">{items.map(row)}</ul>}
        {data && items.length === 0 && <Empty text={empty} />}
        {!data && !error && <Skeleton rows={5} />}
        {!data && error && <Failure error={error} permission={permission} onRetry={() => void refetch()} />}
      </div>
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()} className="justify-self-start">
          {say.older}
        </Button>
      )}
    </>
  );
}
