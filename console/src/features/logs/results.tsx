import { useCallback, useMemo, useRef } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { words as common } from '#app/ui/words.ts';
import { EventDrawer } from './drawer.tsx';
import { useGo } from './go.ts';
import { Lines, type LogLine } from './lines.tsx';
import { linesQuery, type Asked } from './queries.ts';
import { words } from './words.ts';

interface ResultsProps {
  readonly asked: Asked;
  readonly openId: string | undefined;
}

/** What the search has found, newest first; older pages are loaded while they are scrolled to. */
export function Results({ asked, openId }: ResultsProps) {
  const say = useTexts(words);
  const { clear } = useTexts(common);
  const fmt = useFmt();
  const { open } = useGo();
  const scroller = useRef<HTMLDivElement>(null);
  const found = useInfiniteQuery(linesQuery(asked));
  const { data, error, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage, refetch } = found;
  const lines = useMemo<LogLine[]>(
    () => (data?.pages ?? []).flatMap(({ items }) => items.map((event) => ({ key: event.id, event }))),
    [data],
  );
  const isWhole = data?.pages.at(-1)?.complete ?? true;
  const isAble = hasNextPage && !isFetchingNextPage && isWhole && !error;
  const more = useCallback(() => {
    if (isAble) void fetchNextPage();
  }, [isAble, fetchNextPage]);
  const retry = () => void refetch();
  return (
    <div className="grid min-w-0 content-start gap-2">
      {error && data && <Stale since={found.dataUpdatedAt} onRetry={retry} />}
      <div className="dims border-line min-h-24 overflow-hidden rounded-xl border" aria-busy={isPlaceholderData}>
        {lines.length > 0 && (
          <Lines lines={lines} label={say.lines} openId={openId} scroller={scroller} onNearEnd={more} />
        )}
        {data && lines.length === 0 && (
          <Empty text={asked.query === '' ? say.empty : say.emptyFiltered}>
            {asked.query !== '' && (
              <Link to="." search={(before: object) => ({ ...before, query: undefined })} className={buttonClass()}>
                {clear}
              </Link>
            )}
          </Empty>
        )}
        {!data && !error && <Skeleton rows={10} className="h-8" />}
        {!data && error && (
          <>
            <Failure error={error} permission="logging.events.read" onRetry={retry} />
            <QueryFault error={error} />
          </>
        )}
      </div>
      {data && (
        <div className="text-meta text-ink3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <p>{say.loaded(fmt.number(lines.length))}</p>
          {!isWhole && <p className="text-warn">{say.incomplete}</p>}
          {hasNextPage && (
            <Button look="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isWhole ? say.older : say.goOn}
            </Button>
          )}
        </div>
      )}
      {openId !== undefined && (
        <EventDrawer id={openId} ids={lines.map(({ key }) => key)} range={asked.range} onGo={open} />
      )}
    </div>
  );
}

/** Why a query cannot be read, and where. */
function QueryFault({ error }: { readonly error: Error }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (!(error instanceof ApiError) || error.code !== 'logging.query_invalid') return null;
  const { reason, position } = error.problem as { readonly reason?: string; readonly position?: number };
  return (
    <p className="text-ink2 -mt-8 px-6 pb-8 text-center">
      <bdi>{reason}</bdi>
      {typeof position === 'number' && position > 0 && ` · ${say.atCharacter(fmt.number(position + 1))}`}
    </p>
  );
}
