import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { take, type NotificationSchedule } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { client } from '#app/server/client.ts';
import { usePlainCron } from '#app/features/scheduler/schedule/plain.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { AskButton } from '../ask.tsx';
import { OneFilter } from '../filters.tsx';
import { ListedDrawer, MessageFact } from '../listed.tsx';
import { MessageName, nameOf } from '../messages/name.tsx';
import { words as messageWords } from '../messages/words.ts';
import { words as shared } from '../words.ts';
import { NextInstants } from './instants.tsx';
import { states } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/notifications/schedules');
const PATH = '/api/v1/notifications/schedules';
const SCHEDULES = ['notifications', 'schedules'] as const;
const LOOKS: Readonly<Record<NotificationSchedule['status'], State>> = { active: 'ok', done: 'plain', cancelled: 'plain' }; // prettier-ignore

export function SchedulesPage() {
  const say = useTexts(words);
  const { status, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('schedules');
  const asked = given({ pageSize: view[0].size, status, cursor });
  const list = useQuery({
    queryKey: [...SCHEDULES, asked],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
  const messages = useTexts(messageWords);
  return (
    <ListPage
      title={say.title}
      query={list}
      permission="notifications.schedules.manage"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={messages.subject}
      name={(schedule) => <MessageName message={schedule} />}
      plainName={(schedule) => nameOf(schedule, messages.noSubject)}
      columns={useColumns()}
      filters={
        <OneFilter
          label={say.status}
          all={say.all}
          values={states}
          names={say.statuses}
          value={status}
          onChange={(one) => void navigate({ search: given({ status: one }) })}
        />
      }
      isFiltered={status !== undefined}
      empty={say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) => (
        <ScheduleDrawer id={id} ids={ids} onGo={onGo} item={list.data?.items.find((schedule) => schedule.id === id)} />
      )}
    />
  );
}

/** When it is sent, in words; with the expression where words would not be plain. */
function useRule() {
  const say = useTexts(words);
  const plain = usePlainCron();
  return ({ ruleName }: Pick<NotificationSchedule, 'ruleName'>) => {
    if (ruleName === null) return say.once;
    const named = say.rules[ruleName];
    if (named !== undefined) return named;
    const { text, cron } = plain(ruleName);
    return cron === undefined ? text : `${text} \u2066${cron}\u2069`; // from left to right in both languages
  };
}

function useColumns(): readonly Column<NotificationSchedule>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  const ruleOf = useRule();
  return [
    { key: 'rule', title: say.rule, cell: (schedule) => <bdi>{ruleOf(schedule)}</bdi> },
    { key: 'next', title: say.next, cell: ({ nextRunAtUtc }) => nextRunAtUtc && <Time at={nextRunAtUtc} />, isOnPhone: true }, // prettier-ignore
    { key: 'last', title: say.last, cell: ({ lastRunAtUtc }) => lastRunAtUtc && <Time at={lastRunAtUtc} /> },
    { key: 'runs', title: say.runs, isNumber: true, cell: ({ runCount }) => fmt.number(runCount) },
    { key: 'zone', title: say.zone, cell: ({ timeZone }) => <Zone timeZone={timeZone} /> },
    {
      key: 'status',
      title: say.status,
      cell: ({ status }) => <Badge state={LOOKS[status]}>{say.statuses[status]}</Badge>,
      isOnPhone: true,
    },
  ];
}

function Zone({ timeZone }: Pick<NotificationSchedule, 'timeZone'>) {
  const say = useTexts(words);
  return timeZone === 'recipient' ? say.ofRecipient : <bdi>{timeZone}</bdi>;
}

function ScheduleDrawer({ item, ...row }: RowDrawerProps & { readonly item: NotificationSchedule | undefined }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const fmt = useFmt();
  const messages = useTexts(messageWords);
  const ruleOf = useRule();
  return (
    <ListedDrawer {...row} title={item ? nameOf(item, messages.noSubject) : say.title} item={item}>
      {({ id, status, nextRunAtUtc, lastRunAtUtc, runCount, timeZone, createdAt, notificationId, ruleName }) => (
        <>
          <Facts>
            <Fact name={say.rule}>
              <bdi>{ruleOf({ ruleName })}</bdi>
            </Fact>
            <Fact name={say.status}>
              <Badge state={LOOKS[status]}>{say.statuses[status]}</Badge>
            </Fact>
            <Fact name={say.next}>{nextRunAtUtc === null ? say.never : <Time at={nextRunAtUtc} />}</Fact>
            <Fact name={say.last}>{lastRunAtUtc === null ? say.never : <Time at={lastRunAtUtc} />}</Fact>
            <Fact name={say.runs}>{fmt.number(runCount)}</Fact>
            <Fact name={say.zone}>
              <Zone timeZone={timeZone} />
            </Fact>
            <Fact name={say.created}>
              <Time at={createdAt} />
            </Fact>
            <MessageFact id={notificationId} />
            <Fact name={kinds.id}>
              <Copyable name={kinds.id} value={id} />
            </Fact>
          </Facts>
          <NextInstants status={status} ruleName={ruleName} timeZone={timeZone} nextRunAtUtc={nextRunAtUtc} />
          {status === 'active' && (
            <div className="px-5 py-4">
              <AskButton
                action={say.cancel}
                title={say.cancelTitle}
                text={say.cancelText}
                cancel={say.keep}
                done={say.cancelled}
                run={() => take(client.api.DELETE(`${PATH}/{scheduleId}`, { params: { path: { scheduleId: id } } }))}
                stale={['notifications']}
              />
            </div>
          )}
        </>
      )}
    </ListedDrawer>
  );
}
