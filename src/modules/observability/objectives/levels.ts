import type { Family, Limits } from '#platform/telemetry/port.ts';

const OUTBOX_SECONDS = 300;

/** How a value stands to its limit now. */
export interface LevelState {
  readonly name: string;
  readonly about: string;
  readonly status: 'ok' | 'warning' | 'breached' | 'noData';
  readonly target: number;
  readonly value: number | null;
}

/** Of the outbox. */
export function judgeOutbox(oldestSeconds: number | null, failed: number | null): LevelState[] {
  return [
    judge('outboxOldestSeconds', 'Age of the oldest event that waits in the log', oldestSeconds, {
      atMost: OUTBOX_SECONDS,
    }),
    judge('outboxFailed', 'Messages of the outbox that wait for an operator', failed, { atMost: 0 }),
  ];
}

/** Of what modules measure of themselves, as far as it has a limit. */
export function judgeModules(families: readonly Family[], modules: readonly string[]): LevelState[] {
  return gaugesOfModules(families, modules).flatMap(({ module, name, family }) => {
    const { help, atMost, atLeast, samples } = family;
    if (atMost === undefined && atLeast === undefined) return [];
    return [judge(`${module}.${name}`, help, samples[0]?.value ?? null, family)];
  });
}

/** The second word of the name of a gauge is the module's. */
export function gaugesOfModules(families: readonly Family[], modules: readonly string[]) {
  return families.flatMap((family) => {
    const [, module = '', ...rest] = family.name.split('_');
    if (family.type !== 'gauge' || !modules.includes(module)) return [];
    return [{ module, name: rest.join('_'), family }];
  });
}

/** A value that must not be beyond a limit: a warning where half of what is allowed is used. */
function judge(name: string, about: string, value: number | null, { atMost, atLeast }: Limits): LevelState {
  const target = atMost ?? atLeast ?? 0;
  const half = atMost === undefined ? (1 + target) / 2 : target / 2; // the best share is 1
  const isBeyond = (limit: number) => value !== null && (atMost === undefined ? value < limit : value > limit);
  const status = value === null ? 'noData' : isBeyond(target) ? 'breached' : isBeyond(half) ? 'warning' : 'ok';
  return { name, about, status, target, value };
}
