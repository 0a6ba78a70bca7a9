import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { KpiSnapshot } from '#client';
import { Table } from '#app/list/table.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, Diamond, type State } from '#app/ui/badge.tsx';
import { Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { ObjectiveDrawer } from './objective-drawer.tsx';
import { kpisQuery } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');
export type Objective = KpiSnapshot['objectives'][number];

const SECOND_MS = 1000;
const LOOKS: Readonly<Record<Objective['status'], State>> = {
  ok: 'ok',
  warning: 'warn',
  breached: 'bad',
  noData: 'plain',
};

export function Objectives() {
  const say = useTexts(words);
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const about = useAbout();
  const { data, error, dataUpdatedAt, refetch } = useQuery(kpisQuery());
  const retry = () => void refetch();
  if (!data) return error ? <Failure error={error} permission="observability.read" onRetry={retry} /> : <Skeleton />;
  const items = data.now.objectives;
  const opened = items.find(({ name }) => name === open);
  const go = (next: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, open: next, target: undefined }) });
  return (
    <>
      {error && <Stale since={dataUpdatedAt} onRetry={retry} />}
      <Sentence objectives={items} />
      <div className="border-line overflow-hidden rounded-xl border">
        <Table
          items={items}
          idOf={({ name }) => name}
          nameTitle={say.objective}
          name={about}
          plainName={about}
          columns={columns}
          openId={open}
          isDense={false}
          isDimmed={false}
          selection={null}
        />
      </div>
      {opened && <ObjectiveDrawer objective={opened} names={items.map(({ name }) => name)} onGo={go} />}
    </>
  );
}

function Sentence({ objectives }: { readonly objectives: readonly Objective[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const count = (wanted: Objective['status']) => objectives.filter(({ status }) => status === wanted).length;
  const [breached, atRisk, kept] = [count('breached'), count('warning'), count('ok')];
  const parts = [
    ...(breached > 0 ? [say.notKept(breached, fmt.number(breached))] : []),
    ...(atRisk > 0 ? [say.atRisk(atRisk, fmt.number(atRisk))] : []),
  ];
  const calm = kept > 0 ? say.kept(fmt.number(kept)) : say.nothingJudged;
  return (
    <p className="flex items-center gap-3 text-[15px]" role="status">
      <Diamond state={breached > 0 ? 'bad' : atRisk > 0 ? 'warn' : 'ok'} />
      {parts.length > 0 ? parts.join(' ') : calm}
    </p>
  );
}

/** What an objective is about; the words of the server where the console has none. */
export function useAbout(): (objective: Pick<Objective, 'name' | 'about'>) => string {
  const say = useTexts(words);
  return ({ name, about }) => say.about[name] ?? about;
}

export function ObjectiveStatus({ objective: { status } }: { readonly objective: Objective }) {
  const say = useTexts(words);
  return <Badge state={LOOKS[status]}>{say.statuses[status]}</Badge>;
}

/** Shares as percentages, times as durations, everything else as a number. */
export function useValueText(): (objective: Objective, value: number | null) => string {
  const fmt = useFmt();
  return ({ budget, name }, value) => {
    if (value === null) return '–';
    if (budget !== null || name.endsWith('_ratio')) return fmt.nearWhole(value);
    return /(?:_s|S)econds$/.test(name) ? fmt.duration(value * SECOND_MS) : fmt.number(value);
  };
}

function useColumns() {
  const say = useTexts(words);
  const fmt = useFmt();
  const text = useValueText();
  return [
    {
      key: 'status',
      title: say.status,
      cell: (one: Objective) => <ObjectiveStatus objective={one} />,
      isOnPhone: true,
    },
    { key: 'value', title: say.value, cell: (one: Objective) => text(one, one.value), isOnPhone: true },
    { key: 'target', title: say.target, cell: (one: Objective) => text(one, one.target) },
    { key: 'budget', title: say.budget, cell: ({ budget }: Objective) => <Budget left={budget?.left ?? null} /> },
    {
      key: 'burn',
      title: say.burn,
      cell: ({ budget }: Objective) =>
        typeof budget?.burnRate === 'number' && (
          <span title={say.burnHelp}>{say.burnTimes(fmt.number(budget.burnRate))}</span>
        ),
    },
    {
      key: 'ends',
      title: say.endsAt,
      cell: ({ budget }: Objective) => typeof budget?.endsAt === 'string' && <Time at={budget.endsAt} as="ago" />,
    },
  ];
}

export function Budget({ left }: { readonly left: number | null }) {
  const fmt = useFmt();
  if (left === null) return null;
  const share = Math.max(0, left);
  const look = share > 0.25 ? 'bg-ok' : share > 0 ? 'bg-warn' : 'bg-bad';
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="bg-line h-1.5 w-16 overflow-hidden rounded-full">
        <span className={`block h-full rounded-full ${look}`} style={{ width: `${share * 100}%` }} />
      </span>
      {fmt.share(left)}
    </span>
  );
}
