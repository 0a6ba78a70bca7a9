import type { Family, Registry } from '#platform/telemetry/port.ts';

const EVERY_MS = 60_000;
const KEPT = 5; // copies: figures of the last five minutes

/** What was counted and measured lately. `seconds`: how long ago the counting of it began. */
export interface Recent {
  readonly families: readonly Family[];
  readonly seconds: number;
}

/** The counters of this process since some minutes ago; since its start while it is younger. */
export function createRecent(registry: Pick<Registry, 'counted'>, uptimeMs = () => process.uptime() * 1000) {
  let copies: { readonly atMs: number; readonly families: readonly Family[] }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function note(): void {
    copies = [...copies, { atMs: uptimeMs(), families: registry.counted() }].slice(-KEPT);
  }

  return {
    note,
    read(): Recent {
      const oldest = copies.length === KEPT ? copies[0] : undefined;
      const families = registry.counted();
      const seconds = (uptimeMs() - (oldest?.atMs ?? 0)) / 1000;
      return { families: oldest ? families.map((family) => since(family, oldest.families)) : families, seconds };
    },
    start(): void {
      timer = setInterval(note, EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),
  };
}

export type RecentCounts = ReturnType<typeof createRecent>;

const keyOf = (labels: readonly string[]) => labels.join('\u0000');

/** What has come since the copy. Series do not go away and do not sink. */
function since(now: Family, copies: readonly Family[]): Family {
  const then = copies.find(({ name }) => name === now.name);
  if (now.type === 'counter' && then?.type === 'counter') {
    const before = new Map(then.samples.map(({ labels, value }) => [keyOf(labels), value]));
    const samples = now.samples.map(({ labels, value }) => ({
      labels,
      value: value - (before.get(keyOf(labels)) ?? 0),
    }));
    return { ...now, samples: samples.filter(({ value }) => value > 0) };
  }
  if (now.type !== 'histogram' || then?.type !== 'histogram') return now;
  const before = new Map(then.samples.map((sample) => [keyOf(sample.labels), sample]));
  const samples = now.samples.map((sample) => {
    const known = before.get(keyOf(sample.labels));
    return {
      labels: sample.labels,
      counts: sample.counts.map((count, bucket) => count - (known?.counts[bucket] ?? 0)),
      sum: sample.sum - (known?.sum ?? 0),
      count: sample.count - (known?.count ?? 0),
    };
  });
  return { ...now, samples: samples.filter(({ count }) => count > 0) };
}
