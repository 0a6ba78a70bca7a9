import type { Incident, KpiSnapshot, OrchestrationHealth } from '#client';
import type { Fmt } from '#app/text/fmt.ts';
import type { Language } from '#app/text/language.ts';
import type { words } from './words.ts';

const LATE_SECONDS = 120; // of a consumer, as the server judges it
const WAITS_SECONDS = 20; // of a queue
const SECOND_MS = 1000;
const NAMED = 3; // incidents

export type Worst = 'ok' | 'warn' | 'bad';

/** One thing that an operator should look at, and where. */
export interface Thing {
  readonly key: string;
  readonly state: 'warn' | 'bad';
  readonly text: string;
  readonly to: '/messages' | '/observability' | '/incidents';
  readonly search: Readonly<Record<string, string>>;
}

const HEALTH = { to: '/observability', search: { tab: 'health' } } as const;

/** In the words of the reader; the worst first. What the server finds and this does not is told in the server's words. */
export function findThings(
  health: OrchestrationHealth,
  { objectives }: KpiSnapshot,
  incidents: readonly Incident[],
  say: (typeof words)['en'],
  fmt: Fmt,
  language: Language,
): readonly Thing[] {
  const { outbox, inbox, work, broker, consumers, queues, nodes } = { ...health, consumers: health.inbox.consumers };
  const dead = ([box, count]: readonly ['outbox' | 'inbox' | 'work', number]): Thing[] =>
    count === 0
      ? []
      : [
          {
            key: box,
            state: 'bad',
            text: say.deadIn[box](count, fmt.number(count)),
            to: '/messages',
            search: box === 'inbox' ? {} : { box },
          },
        ];
  const late = (seconds: number) => fmt.duration(seconds * SECOND_MS);
  const alive = nodes.filter(({ status }) => status === 'alive');
  const missing = nodes.filter(
    (node) =>
      node.status === 'stopped' &&
      !alive.some(
        ({ kind, host, startedAt }) => kind === node.kind && host === node.host && startedAt > node.lastHeartbeatAt,
      ),
  );
  const found: Thing[] = [
    ...(alive.some(({ runsBackground }) => runsBackground)
      ? []
      : [{ key: 'background', state: 'bad', text: say.noBackground, ...HEALTH } as const]),
    ...(broker && broker.status !== 'healthy'
      ? [{ key: 'broker', state: 'bad', text: say.noBroker, ...HEALTH } as const]
      : []),
    ...(
      [
        ['outbox', outbox.failed],
        ['inbox', inbox.failed],
        ['work', work.failed],
      ] as const
    ).flatMap(dead),
    ...missing.map(
      ({ id, host, pid }) => ({ key: id, state: 'bad', text: say.missing(`${host}:${pid}`), ...HEALTH }) as const,
    ),
    ...consumers
      .filter(({ oldestSeconds }) => oldestSeconds > LATE_SECONDS)
      .map(
        ({ name, oldestSeconds }) =>
          ({ key: `consumer ${name}`, state: 'warn', text: say.behind(name, late(oldestSeconds)), ...HEALTH }) as const,
      ),
    ...queues
      .filter(({ oldestDueSeconds }) => oldestDueSeconds > WAITS_SECONDS)
      .map(
        ({ name, oldestDueSeconds }) =>
          ({ key: `queue ${name}`, state: 'warn', text: say.waits(name, late(oldestDueSeconds)), ...HEALTH }) as const,
      ),
  ];
  const told =
    found.length > 0
      ? []
      : health.problems.map(({ key, text }) => ({ key, state: 'warn', text: text[language], ...HEALTH }) as const);
  const goals = objectives
    .filter(({ status, name }) => (status === 'breached' || status === 'warning') && name !== 'outboxFailed')
    .map(({ name, about, status }): Thing => ({
      key: `objective ${name}`,
      state: status === 'breached' ? 'bad' : 'warn',
      text: say.objective[status === 'breached' ? 'breached' : 'warning'](say.about[name] ?? about),
      to: '/observability',
      search: { tab: 'objectives', open: name },
    }));
  return [...found, ...told, ...goals, ...openOf(incidents, say, fmt)].toSorted(
    (a, b) => Number(b.state === 'bad') - Number(a.state === 'bad'),
  );
}

/** The newest by name. One that somebody looks at already is to be watched. */
function openOf(incidents: readonly Incident[], say: (typeof words)['en'], fmt: Fmt): readonly Thing[] {
  const rest = incidents.slice(NAMED);
  const stateOf = ({ status, severity }: Incident) =>
    status === 'open' && (severity === 'critical' || severity === 'high') ? 'bad' : 'warn';
  const named = incidents.slice(0, NAMED).map((one): Thing => ({
    key: one.id,
    state: stateOf(one),
    text: say.incident(one.title),
    to: '/incidents',
    search: { ...(one.status !== 'open' && { status: one.status }), open: one.id },
  }));
  if (rest.length === 0) return named;
  const state = rest.some((one) => stateOf(one) === 'bad') ? 'bad' : 'warn';
  return [
    ...named,
    { key: 'incidents', state, text: say.moreIncidents(fmt.number(rest.length)), to: '/incidents', search: {} },
  ];
}

export function worstOf(things: readonly Pick<Thing, 'state'>[]): Worst {
  return things.some(({ state }) => state === 'bad') ? 'bad' : things.length > 0 ? 'warn' : 'ok';
}
