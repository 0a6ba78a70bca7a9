import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Alert } from '#client';
import { given } from '#app/app/search.ts';
import { Table } from '#app/list/table.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, Diamond } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { words as common } from '#app/ui/words.ts';
import { alertsQuery } from './queries.ts';
import { useSubjectName } from './subjects.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');
const PAGE_SIZE = 50;

export function Alerts() {
  const say = useTexts(words);
  const { older, first } = useTexts(common);
  const { open, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const nameOf = useSubjectName();
  const { data, error, isPlaceholderData, dataUpdatedAt, refetch } = useQuery(
    alertsQuery({ pageSize: PAGE_SIZE, ...given({ cursor }) }),
  );
  const retry = () => void refetch();
  if (!data) return error ? <Failure error={error} permission="observability.read" onRetry={retry} /> : <Skeleton />;
  const { items, nextCursor } = data;
  const opened = items.find(({ id }) => id === open);
  const go = (id: string | undefined) => void navigate({ search: (before) => ({ ...before, open: id }) });
  const to = (next: string | undefined) => (before: object) => ({ ...before, cursor: next, open: undefined });
  return (
    <>
      {error && <Stale since={dataUpdatedAt} onRetry={retry} />}
      {cursor === undefined && <Sentence alerts={items} />}
      <div className="border-line min-h-24 overflow-hidden has-[table]:min-h-0 rounded-xl border">
        {items.length === 0 && <Empty text={say.noAlerts} />}
        {items.length > 0 && (
          <Table
            items={items}
            idOf={({ id }) => id}
            nameTitle={say.subject}
            name={({ subject }) => <bdi>{nameOf(subject)}</bdi>}
            plainName={({ subject }) => nameOf(subject)}
            columns={columns}
            openId={open}
            isDense={false}
            isDimmed={isPlaceholderData}
            selection={null}
          />
        )}
      </div>
      <nav aria-label={say.tabs.alerts} className="flex gap-2">
        {cursor !== undefined && (
          <Link to="." search={to(undefined)} className={buttonClass()}>
            {first}
          </Link>
        )}
        {nextCursor !== null && (
          <Link to="." search={to(nextCursor)} className={`${buttonClass()} ms-auto`}>
            {older}
            <Icon name="chevron" className="mirrored" />
          </Link>
        )}
      </nav>
      {opened && <AlertDrawer alert={opened} ids={items.map(({ id }) => id)} onGo={go} />}
    </>
  );
}

/** Open alerts are the newest, or few enough to be among them. */
function Sentence({ alerts }: { readonly alerts: readonly Alert[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const open = alerts.filter(({ closedAt }) => closedAt === null);
  const isCritical = open.some(({ severity }) => severity === 'critical');
  return (
    <p className="flex items-center gap-3 text-[15px]" role="status">
      <Diamond state={open.length === 0 ? 'ok' : isCritical ? 'bad' : 'warn'} />
      {open.length === 0 ? say.noneOpen : say.someOpen(open.length, fmt.number(open.length))}
    </p>
  );
}

function useColumns() {
  const say = useTexts(words);
  return [
    { key: 'state', title: say.status, cell: (alert: Alert) => <AlertState alert={alert} />, isOnPhone: true },
    {
      key: 'alert',
      title: say.alert,
      cell: ({ tier }: Alert) => say.tiers[tier] ?? tier,
    },
    { key: 'opened', title: say.opened, cell: ({ openedAt }: Alert) => <Time at={openedAt} />, isOnPhone: true },
    {
      key: 'closed',
      title: say.closed,
      cell: ({ closedAt }: Alert) => closedAt !== null && <Time at={closedAt} />,
    },
  ];
}

function AlertState({ alert: { severity, closedAt } }: { readonly alert: Alert }) {
  const say = useTexts(words);
  if (closedAt !== null) return <Badge>{say.closed}</Badge>;
  return <Badge state={severity === 'critical' ? 'bad' : 'warn'}>{`${say.open} · ${say.severities[severity]}`}</Badge>;
}

interface AlertDrawerProps {
  readonly alert: Alert;
  readonly ids: readonly string[];
  readonly onGo: (id: string | undefined) => void;
}

function AlertDrawer({ alert, ids, onGo }: AlertDrawerProps) {
  const say = useTexts(words);
  const nameOf = useSubjectName();
  const { id, subject, tier, severity, details, openedAt, closedAt } = alert;
  const step = (event: React.KeyboardEvent) => {
    const next = ids[ids.indexOf(id) + stepOf(event)];
    if (next !== undefined && next !== id) onGo(next);
  };
  return (
    <Drawer title={nameOf(subject)} onClose={() => onGo(undefined)} onKeyDown={step}>
      <div className="grid gap-5 pb-6">
        <Facts>
          <Fact name={say.status}>
            <AlertState alert={alert} />
          </Fact>
          <Fact name={say.subject}>
            <Copyable name={say.subject} value={subject} />
          </Fact>
          <Fact name={say.alert}>{say.tiers[tier] ?? tier}</Fact>
          <Fact name={say.severity}>{say.severities[severity]}</Fact>
          <Fact name={say.opened}>
            <Time at={openedAt} as="second" />
          </Fact>
          {closedAt !== null && (
            <Fact name={say.closed}>
              <Time at={closedAt} as="second" />
            </Fact>
          )}
        </Facts>
        <div className="px-5">
          <Section title={say.details}>
            <Code name={say.details} text={details} />
          </Section>
        </div>
      </div>
    </Drawer>
  );
}
