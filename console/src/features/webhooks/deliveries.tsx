import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Webhook, WebhookDelivery } from '#client';
import { given } from '#app/app/search.ts';
import { ListTools } from '#app/list/tools.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Code, Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips } from '#app/ui/list.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { DELIVERIES, deliveriesQuery, useReplay, useReplayFailed } from './queries.ts';
import { deliveryStatuses, type WebhooksSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/webhooks');
const LOOKS: Readonly<Record<WebhookDelivery['status'], State>> = { pending: 'info', succeeded: 'ok', failed: 'bad' };

/** What was sent to one webhook, newest first; one click opens a delivery. */
export function Deliveries({ webhook }: { readonly webhook: Webhook }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const tell = useToast();
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, dataUpdatedAt, refetch } = useQuery(deliveriesQuery(webhook.id, status));
  const replayAll = useReplayFailed(webhook.id);
  const filter = (next: WebhooksSearch['status']) =>
    void navigate({ search: (before) => ({ ...before, status: next, delivery: undefined }) });
  // Known only where no page is left, and no filter hides them.
  const hasNoFailed =
    data?.nextCursor === null &&
    (status === undefined || status === 'failed') &&
    data.items.every((delivery) => delivery.status !== 'failed');
  const again = () =>
    replayAll.mutate(undefined, {
      onSuccess: ({ replayed }) => tell(say.replayedCount(replayed, fmt.number(replayed))),
      onError: ({ message }) => tell(message),
    });
  return (
    <div className="grid gap-3 px-5 pb-6">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Chips<'every' | (typeof deliveryStatuses)[number]>
          label={say.status}
          value={status ?? 'every'}
          options={[['every', say.every], ...deliveryStatuses.map((one) => [one, say.statuses[one]] as const)]}
          onChange={(one) => filter(one === 'every' ? undefined : one)}
        />
        <div className="flex items-center gap-2">
          {data && data.items.length > 0 && (
            <ListTools
              title={say.tabs.deliveries}
              call={{ path: DELIVERIES, params: { webhookId: webhook.id }, query: given({ status }) }}
            />
          )}
          {can('webhooks.manage') && webhook.isEnabled && (
            <Button disabled={replayAll.isPending || hasNoFailed} onClick={again}>
              {say.replayFailed}
            </Button>
          )}
        </div>
      </div>
      {error && data && <Stale since={dataUpdatedAt} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={4} />}
      {!data && error && <Failure error={error} permission="webhooks.read" onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <Empty text={status === undefined ? say.deliveriesEmpty : say.deliveriesNone} />}
      {data && data.items.length > 0 && (
        <ul className="border-line divide-line divide-y rounded-lg border">
          {data.items.map((delivery) => (
            <Delivery key={delivery.id} webhook={webhook} delivery={delivery} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Delivery({ webhook, delivery }: { readonly webhook: Webhook; readonly delivery: WebhookDelivery }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const isOpen = route.useSearch().delivery === delivery.id;
  const { id, eventType, status, attempts, responseStatus, occurredAt } = delivery;
  return (
    <li>
      <Link
        to="."
        search={(before: object) => ({ ...before, delivery: isOpen ? undefined : id })}
        aria-expanded={isOpen}
        className="hover:bg-raised flex min-h-10 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5"
      >
        <Icon name="chevron" className={`text-ink3 ${isOpen ? 'rotate-90' : 'mirrored'}`} />
        <bdi className="min-w-0 flex-1 truncate font-mono text-[12px]">{eventType}</bdi>
        {responseStatus !== null && <span className="text-ink3">{responseStatus}</span>}
        <Badge state={LOOKS[status]}>{say.statuses[status]}</Badge>
        <span className="text-meta text-ink3 flex basis-full gap-3 ps-7 sm:basis-auto sm:ps-0">
          {say.attempts(attempts, fmt.number(attempts))} <Time at={occurredAt} as="ago" />
        </span>
      </Link>
      {isOpen && <Detail webhook={webhook} delivery={delivery} />}
    </li>
  );
}

function Detail({ webhook, delivery }: { readonly webhook: Webhook; readonly delivery: WebhookDelivery }) {
  const say = useTexts(words);
  const { can } = useMe();
  const tell = useToast();
  const replay = useReplay(webhook.id);
  const { id, data, status, occurredAt, lastAttemptAt, nextAttemptAt, responseStatus, responseBody, error } = delivery;
  const again = () =>
    replay.mutate(id, { onSuccess: () => tell(say.replayed), onError: ({ message }) => tell(message) });
  return (
    <div className="border-line grid gap-3 border-t pb-4">
      <Facts>
        <Fact name={say.occurred}>
          <Time at={occurredAt} as="second" />
        </Fact>
        {lastAttemptAt !== null && (
          <Fact name={say.lastAttempt}>
            <Time at={lastAttemptAt} as="second" />
          </Fact>
        )}
        {nextAttemptAt !== null && (
          <Fact name={say.nextAttempt}>
            <Time at={nextAttemptAt} as="second" />
          </Fact>
        )}
        <Fact name={say.answer}>
          {responseStatus === null ? <span className="text-ink3">{say.noAnswer}</span> : <bdi>{responseStatus}</bdi>}
        </Fact>
        {error !== null && (
          <Fact name={say.error}>
            <bdi>{error}</bdi>
          </Fact>
        )}
        <Fact name={say.id}>
          <Copyable name={say.id} value={id} />
        </Fact>
      </Facts>
      <div className="grid gap-3 px-5">
        <Section title={say.sent}>
          <Json name={say.sent} value={data} />
        </Section>
        {responseBody && (
          <Section title={say.answered}>
            <Code name={say.answered} text={responseBody} />
          </Section>
        )}
        {can('webhooks.manage') && webhook.isEnabled && status !== 'pending' && (
          <p>
            <Button disabled={replay.isPending} onClick={again}>
              <Icon name="replay" />
              {say.replay}
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}
