import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { ownedFilesQuery } from '../queries.ts';
import { words } from '../words.ts';

/** What the person has uploaded, newest first. */
export function OwnedFiles({ userId }: { readonly userId: string }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    ownedFilesQuery(userId),
  );
  const files = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-3 px-5">
      <div className="border-line rounded-xl border">
        {files.length > 0 && (
          <ul className="divide-line divide-y">
            {files.map(({ id, fileName, sizeBytes, createdAt, storageStatus }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
                <span className="min-w-0 flex-1">
                  <Link
                    to="/files"
                    search={{ owner: 'all', open: id }}
                    className="font-medium break-all hover:underline"
                  >
                    <bdi>{fileName}</bdi>
                  </Link>
                </span>
                {storageStatus !== 'available' && (
                  <Badge state={storageStatus === 'pending' ? 'info' : 'warn'}>{say.fileStates[storageStatus]}</Badge>
                )}
                {sizeBytes !== null && <span className="text-ink2">{fmt.bytes(sizeBytes)}</span>}
                <span className="text-ink2">
                  <Time at={createdAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {data && files.length === 0 && <Empty text={say.filesEmpty} />}
        {!data && !error && <Skeleton rows={5} />}
        {!data && error && <Failure error={error} permission="files.manage_all" onRetry={() => void refetch()} />}
      </div>
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()} className="justify-self-start">
          {say.older}
        </Button>
      )}
    </div>
  );
}
