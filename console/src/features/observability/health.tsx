import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Health as HealthReport, OrchestrationHealth } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Badge, Diamond, type State } from '#app/ui/badge.tsx';
import { Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { Card, Grid, Mono } from './card.tsx';
import { healthQuery, orchestrationQuery } from './queries.ts';
import { words } from './words.ts';

const parts = {
  en: {
    names: {
      database: 'Database',
      'database.disk': 'Disk of the database',
      mail: 'Mail',
      storage: 'File storage',
      broker: 'Broker',
      scan: 'Virus scanner',
      migrations: 'Migrations',
      events: 'Delivery of events',
      'logging.ingest': 'Storing of log events',
      'logging.archive': 'ClickHouse',
      audit: 'Audit trail',
      'audit anchors': 'Anchors of the audit trail',
    } as Readonly<Record<string, string>>,
    well: 'Every component answers, and nothing waits for an operator.',
    unwell: (count: number, number: string) =>
      count === 1 ? 'One thing needs attention:' : `${number} things need attention:`,
    ill: (name: string) => `${name} does not answer as it should`,
  },
  fa: {
    names: {
      database: 'پایگاه داده',
      'database.disk': 'دیسک پایگاه داده',
      mail: 'ایمیل',
      storage: 'محل ذخیرهٔ فایل‌ها',
      broker: 'کارگزار پیام',
      scan: 'ویروس‌یاب',
      migrations: 'نسخهٔ پایگاه داده',
      events: 'تحویل رویدادها',
      'logging.ingest': 'ذخیرهٔ لاگ',
      'logging.archive': '\u200fClickHouse',
      audit: 'لاگ ممیزی',
      'audit anchors': 'لنگرهای لاگ ممیزی',
    } as Readonly<Record<string, string>>,
    well: 'همهٔ اجزا پاسخ می‌دهند و چیزی منتظر رسیدگی نیست.',
    unwell: (_: number, number: string) => `${number} مورد نیاز به رسیدگی دارد:`,
    ill: (name: string) => `${name} درست پاسخ نمی‌دهد`,
  },
};

type Status = HealthReport['status'];
const LOOKS: Readonly<Record<Status, State>> = { healthy: 'ok', degraded: 'warn', unhealthy: 'bad' };
const SECOND_MS = 1000;

export function Health() {
  const health = useQuery(healthQuery());
  const running = useQuery(orchestrationQuery());
  const error = health.error ?? running.error;
  const retry = () => void Promise.all([health.refetch(), running.refetch()]);
  if (!health.data || !running.data)
    return error ? <Failure error={error} permission="observability.read" onRetry={retry} /> : <Skeleton />;
  return (
    <>
      {error && <Stale since={Math.min(health.dataUpdatedAt, running.dataUpdatedAt)} onRetry={retry} />}
      <Sentence components={health.data.components} problems={running.data.problems} />
      <Components components={health.data.components} />
      <Lines running={running.data} />
      <div className="grid gap-4 xl:grid-cols-2">
        <Consumers consumers={running.data.inbox.consumers} />
        <Queues queues={running.data.queues} />
      </div>
      <Nodes nodes={running.data.nodes} />
    </>
  );
}

/** What is wrong, before the tables that prove it. */
function Sentence({ components, problems }: Pick<HealthReport, 'components'> & Pick<OrchestrationHealth, 'problems'>) {
  const say = useTexts(parts);
  const fmt = useFmt();
  const language = useLanguage();
  const ill = components.filter(({ status }) => status !== 'healthy');
  const things = [
    ...ill.map(({ name }) => [name, say.ill(say.names[name] ?? name)] as const),
    ...problems
      .filter(({ key }) => key !== 'broker' || ill.length === 0)
      .map(({ key, text }) => [key, text[language]] as const),
  ];
  return (
    <div className="grid gap-1 text-[15px]" role="status">
      <p className="flex items-center gap-3">
        <Diamond state={things.length === 0 ? 'ok' : ill.length > 0 ? 'bad' : 'warn'} />
        {things.length === 0 ? say.well : say.unwell(things.length, fmt.number(things.length))}
      </p>
      {things.length > 0 && (
        <ul className="text-ink2 ms-6 list-disc ps-4">
          {things.map(([key, text]) => (
            <li key={key}>
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function StatusBadge({ status }: { readonly status: Status }) {
  const say = useTexts(words);
  return <Badge state={LOOKS[status]}>{say.health[status]}</Badge>;
}

function Components({ components }: Pick<HealthReport, 'components'>) {
  const say = useTexts(words);
  const { names } = useTexts(parts);
  const fmt = useFmt();
  return (
    <Card title={say.components}>
      <Grid
        name={say.components}
        heads={[say.component, say.status, say.latency, say.lastError]}
        rows={components.map(({ name, status, latencyMs, lastError }) => [
          name,
          names[name] ?? <bdi key="name">{name}</bdi>,
          <StatusBadge key="status" status={status} />,
          fmt.duration(latencyMs),
          <bdi key="error">{lastError}</bdi>,
        ])}
      />
    </Card>
  );
}

/** The age of the oldest of those that wait; nothing that waits has none. */
function useAge(): (count: number, seconds: number) => string {
  const fmt = useFmt();
  return (count, seconds) => (count === 0 ? '–' : fmt.duration(seconds * SECOND_MS));
}

function Lines({ running: { outbox, inbox, work, broker } }: { readonly running: OrchestrationHealth }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const age = useAge();
  const pending = inbox.consumers.reduce((sum, one) => sum + one.pending, 0);
  const oldest = Math.max(0, ...inbox.consumers.map(({ oldestSeconds }) => oldestSeconds));
  const dead = (count: number) => (
    <span className={count > 0 ? 'text-bad font-semibold' : ''}>{fmt.number(count)}</span>
  );
  return (
    <Card
      title={say.lines}
      note={
        <>
          {say.transport[outbox.transport]} {broker && <StatusBadge status={broker.status} />}
        </>
      }
      action={
        <Link to="/messages" search={{}} className="text-kashi min-h-6 hover:underline">
          {say.seeMessages}
        </Link>
      }
    >
      <Grid
        name={say.lines}
        heads={[say.component, say.pending, say.oldest, say.retrying, say.dead]}
        rows={[
          [
            'outbox',
            say.outbox,
            fmt.number(outbox.pending),
            age(outbox.pending, outbox.oldestSeconds),
            fmt.number(outbox.retrying),
            dead(outbox.failed),
          ],
          [
            'inbox',
            say.inbox,
            fmt.number(pending),
            age(pending, oldest),
            fmt.number(inbox.retrying),
            dead(inbox.failed),
          ],
          ['work', say.work, '–', '–', fmt.number(work.retrying), dead(work.failed)],
        ]}
      />
    </Card>
  );
}

function Consumers({ consumers }: Pick<OrchestrationHealth['inbox'], 'consumers'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const age = useAge();
  return (
    <Card title={say.consumers}>
      <Grid
        name={say.consumers}
        heads={[say.consumer, say.pending, say.oldest]}
        rows={consumers
          .toSorted((a, b) => b.oldestSeconds - a.oldestSeconds || b.pending - a.pending)
          .map(({ name, pending, oldestSeconds }) => [
            name,
            <Mono key="name">{name}</Mono>,
            fmt.number(pending),
            age(pending, oldestSeconds),
          ])}
      />
    </Card>
  );
}

function Queues({ queues }: Pick<OrchestrationHealth, 'queues'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const age = useAge();
  return (
    <Card title={say.queues}>
      <Grid
        name={say.queues}
        heads={[say.queue, say.due, say.oldest]}
        rows={queues
          .toSorted((a, b) => b.oldestDueSeconds - a.oldestDueSeconds || b.due - a.due)
          .map(({ name, due, oldestDueSeconds }) => [
            name,
            <Mono key="name">{name}</Mono>,
            fmt.number(due),
            age(due, oldestDueSeconds),
          ])}
      />
    </Card>
  );
}

export function Nodes({ nodes }: Pick<OrchestrationHealth, 'nodes'>) {
  const say = useTexts(words);
  if (nodes.length === 0) return null;
  return (
    <Card title={say.nodes}>
      <Grid
        name={say.nodes}
        heads={[say.host, say.kind, say.status, say.since, say.heartbeat]}
        rows={nodes.map(({ id, host, pid, kind, status, startedAt, lastHeartbeatAt }) => [
          id,
          <Mono key="host">{`${host}:${pid}`}</Mono>,
          say.kinds[kind],
          <Badge key="status" state={status === 'alive' ? 'ok' : 'bad'}>
            {say.nodeStates[status]}
          </Badge>,
          <Time key="since" at={startedAt} as="ago" />,
          <Time key="heartbeat" at={lastHeartbeatAt} as="ago" />,
        ])}
      />
    </Card>
  );
}
