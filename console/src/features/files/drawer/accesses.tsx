import { useInfiniteQuery } from '@tanstack/react-query';
import { take } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { words as common } from '#app/ui/words.ts';
import { Owner } from '../columns.tsx';
import type { StoredFile } from '../queries.ts';
import { words } from './words.ts';

const PATH = '/api/v1/files/audit/{fileId}';

/** Who asked for the bytes, by link or otherwise, and what was refused; newest first. */
export function Accesses({ file: { id: fileId } }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const { older } = useTexts(common);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['files', 'accesses', fileId],
    queryFn: ({ pageParam, signal }) => {
      const query = { pageSize: 50, ...(pageParam !== null && { cursor: pageParam }) };
      return take(client.api.GET(PATH, { params: { path: { fileId }, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const accesses = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-3 px-5 pb-5">
      <ListHead title={say.tabs.accesses} call={{ path: PATH, params: { fileId } }} isEmpty={accesses.length === 0}>
        <p className="text-ink2">{say.accessesHelp}</p>
      </ListHead>
      {accesses.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-lg border">
          {accesses.map((access) => (
            <li key={access.id} className="grid gap-0.5 px-3 py-2">
              <span className="flex flex-wrap items-center gap-2">
                <Badge state={access.isAllowed ? 'ok' : 'bad'}>{access.isAllowed ? say.allowed : say.refused}</Badge>
                <span>{say.ways[access.way]}</span>
                <span className="text-ink2">
                  {access.userId === null ? say.somebody : <Owner id={access.userId} />}
                </span>
                <span className="text-ink2 ms-auto">
                  <Time at={access.createdAt} />
                </span>
              </span>
              <span className="text-meta text-ink3 [overflow-wrap:anywhere]">
                <bdi>{[access.reason, access.ip, access.userAgent].filter(Boolean).join(' · ')}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button className="justify-self-start" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {older}
        </Button>
      )}
      {data && accesses.length === 0 && <Empty text={say.noAccesses} />}
      {!data && !error && <Skeleton rows={4} />}
      {!data && error && <Failure error={error} permission="files.read" onRetry={() => void refetch()} />}
    </div>
  );
}
