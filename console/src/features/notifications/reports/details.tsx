import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take, type DeliveryDetail } from '#client';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { words as common } from '#app/ui/words.ts';
import { LOOKS, type Channel, type Status } from '../kinds.ts';
import { Recipient } from '../messages/address.tsx';
import { words as shared } from '../words.ts';
import { words } from './words.ts';

const PAGE_SIZE = 20;

interface DetailsProps {
  readonly query: { channel?: Channel; status?: Status; template?: string; from?: string };
  readonly cursor: string | undefined;
  readonly isFiltered: boolean;
}

/** The messages behind the summary, a page at a time; each leads to the message. */
export function Details({ query, cursor, isFiltered }: DetailsProps) {
  const say = useTexts(words);
  const { first, older } = useTexts(common);
  const asked = { ...query, pageSize: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ['notifications', 'reports', 'details', asked],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/notifications/reports/details', { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
  const items = data?.items ?? [];
  const next = data?.nextCursor ?? undefined;
  return (
    <section className="grid gap-3">
      <h2 className="text-ink2 font-semibold">{say.details}</h2>
      <div className="border-line min-h-24 overflow-hidden has-[table]:min-h-0 rounded-xl border">
        {items.length > 0 && (
          <table aria-busy={isPlaceholderData} className="dims w-full">
            <Heads />
            <tbody className="divide-line divide-y">
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        )}
        {data && items.length === 0 && <Empty text={isFiltered ? say.emptyFiltered : say.empty} />}
        {!data && !error && <Skeleton />}
        {!data && error && (
          <Failure error={error} permission="notifications.reports.read" onRetry={() => void refetch()} />
        )}
      </div>
      <div className="flex items-center gap-2 empty:hidden">
        {cursor !== undefined && (
          <Link to="." search={(before: object) => ({ ...before, cursor: undefined })} className={buttonClass('quiet')}>
            {first}
          </Link>
        )}
        {next !== undefined && (
          <Link
            to="."
            search={(before: object) => ({ ...before, cursor: next })}
            className={`${buttonClass()} ms-auto`}
          >
            {older}
            <Icon name="chevron" className="mirrored" />
          </Link>
        )}
      </div>
    </section>
  );
}

function Heads() {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const heads = [say.template, say.recipient, kinds.channel, kinds.status, say.attempts, say.took, say.created];
  return (
    <thead className="bg-raised text-meta text-ink2 max-sm:sr-only">
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col" className="px-4 py-2 text-start font-medium whitespace-nowrap">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({ item }: { readonly item: DeliveryDetail }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const fmt = useFmt();
  const { id, template, recipient, channel, status, attemptCount, latencyMs, lastError, createdAt } = item;
  const badge = <Badge state={LOOKS[status]}>{kinds.statuses[status]}</Badge>;
  return (
    <tr className="hover:bg-raised relative">
      <th scope="row" className="w-full max-w-0 px-4 py-2 text-start font-normal">
        <Link
          to="/notifications"
          search={{ open: id }}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{template ?? say.raw}</bdi>
        </Link>
        {lastError !== null && (
          <span dir="auto" className="text-meta text-bad block truncate">
            {lastError}
          </span>
        )}
        <span className="text-meta text-ink2 flex gap-3 pt-0.5 sm:hidden">
          {kinds.channels[channel]} {badge}
        </span>
      </th>
      <td className="text-ink2 px-4 max-sm:hidden">
        <Recipient channel={channel} recipient={recipient} />
      </td>
      <td className="text-ink2 px-4 whitespace-nowrap max-sm:hidden">{kinds.channels[channel]}</td>
      <td className="px-4 max-sm:hidden">{badge}</td>
      <td className="text-ink2 px-4 max-sm:hidden">{attemptCount === 0 ? '–' : fmt.number(attemptCount)}</td>
      <td className="text-ink2 px-4 whitespace-nowrap max-sm:hidden">
        {latencyMs === null ? '' : fmt.duration(latencyMs)}
      </td>
      <td className="text-ink2 px-4 max-sm:hidden">
        <Time at={createdAt} />
      </td>
    </tr>
  );
}
