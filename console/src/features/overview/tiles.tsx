import type { Alert, KpiSnapshot, OrchestrationHealth } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { BAD_SHARE } from '#app/features/observability/charts/requests.tsx';
import { toBricks } from './bricks.tsx';
import { Tile } from './tile.tsx';
import { words } from './words.ts';

interface TilesProps {
  readonly health: OrchestrationHealth;
  readonly kpis: KpiSnapshot;
  readonly alerts: readonly Alert[];
}

export function Tiles({ health, kpis, alerts }: TilesProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { requests, databasePool: pool } = kpis;
  const share = requests.errorShare ?? 0;
  const now = Date.now();
  const bricks = (...subjects: readonly string[]) =>
    toBricks(
      alerts.filter(({ subject }) => subjects.some((start) => subject.startsWith(start))),
      now,
    );
  const judged = (...names: readonly string[]) =>
    kpis.objectives.every(({ name, status }) => !names.includes(name) || status === 'ok' || status === 'noData');
  const scheduler = kpis.modules.find(({ module, name }) => module === 'scheduler' && name === 'running');
  const running = scheduler?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
  const observed = (search: Readonly<Record<string, string>>) => ({ to: '/observability', search }) as const;
  return (
    <ul className="border-line bg-line grid gap-px overflow-hidden rounded-xl border sm:grid-cols-2 md:grid-cols-3 2xl:grid-cols-6">
      <Tile
        icon="requests"
        title={say.requests}
        figure={fmt.number(requests.perSecond)}
        unit={say.perSecond(fmt.share(share))}
        isFine={share < BAD_SHARE && judged('availability', 'faults', 'reads')}
        bricks={bricks('objective.')}
        {...observed({})}
      />
      <Tile
        icon="database"
        title={say.database}
        figure={fmt.number(pool.busy)}
        unit={say.inUse(fmt.number(pool.waiting))}
        isFine={pool.waiting <= pool.busy} // a shorter queue is answered at the next turn
        bricks={null}
        {...observed({ tab: 'health' })}
      />
      <Tile
        icon="outbox"
        title={say.outbox}
        figure={fmt.number(health.outbox.pending)}
        unit={say.waiting}
        isFine={health.outbox.failed === 0 && judged('outboxOldestSeconds', 'outboxFailed')}
        bricks={bricks('orchestration.outbox', 'orchestration.broker', 'level.outbox')}
        to="/messages"
        search={{ box: 'outbox' }}
      />
      <Tile
        icon="inbox"
        title={say.inbox}
        figure={fmt.number(health.inbox.failed)}
        unit={say.dead}
        isFine={health.inbox.failed === 0}
        bricks={bricks('orchestration.inbox', 'orchestration.consumer.')}
        to="/messages"
        search={{}}
      />
      <Tile
        icon="work"
        title={say.work}
        figure={fmt.number(health.work.failed)}
        unit={say.dead}
        isFine={health.work.failed === 0}
        bricks={bricks('orchestration.work', 'orchestration.queue.')}
        to="/messages"
        search={{ box: 'work' }}
      />
      <Tile
        icon="system"
        title={say.scheduler}
        figure={fmt.number(running)}
        unit={say.running}
        isFine={judged('scheduler.lag_seconds', 'scheduler.quarantined')}
        bricks={bricks('level.scheduler.', 'orchestration.background')}
        {...observed({ tab: 'objectives' })}
      />
    </ul>
  );
}
