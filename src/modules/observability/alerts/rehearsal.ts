import { observabilityErrors } from '../contract.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import { firingTier, type BurnLimit } from '../objectives/burn.ts';
import { objectives, SLOT_SECONDS, WINDOW_DAYS, type Counts } from '../objectives/objectives.ts';
import { listSlots } from '../objectives/queries.ts';
import type { AlertRehearsal } from '../schemas.ts';

const SLOT_MS = SLOT_SECONDS * 1000;
const DAY_MS = 86_400_000;

/** When an objective would have alerted in the last 30 days, to ten minutes, with its own or another target. */
export function createRehearsal({
  db,
  alertLeastBad: leastBad,
  now,
}: Pick<ObservabilityNeeds, 'db' | 'alertLeastBad' | 'now'>) {
  /** @throws `observability.objective_not_found` */
  return async (name: string, wanted?: number): Promise<AlertRehearsal> => {
    const objective = objectives.find((each) => each.name === name);
    if (!objective) throw observabilityErrors.objectiveNotFound({ name });
    const target = wanted ?? objective.target;
    const from = new Date(now().getTime() - WINDOW_DAYS * DAY_MS);
    const slots = await listSlots(db.read, name, from.toISOString());
    return { target, firings: rehearse({ target, leastBad }, slots, now().getTime()) };
  };
}

export function rehearse(
  limit: BurnLimit,
  slots: readonly (Counts & { readonly atMs: number })[],
  nowMs: number,
): AlertRehearsal['firings'] {
  const beginMs = slots[0]?.atMs ?? nowMs;
  const length = Math.floor((nowMs - beginMs) / SLOT_MS) + 1;
  // What was counted before each slot, so that a window is a difference.
  const good = new Float64Array(length + 1);
  const bad = new Float64Array(length + 1);
  for (const slot of slots) {
    const index = Math.floor((slot.atMs - beginMs) / SLOT_MS);
    good[index + 1] = slot.good;
    bad[index + 1] = slot.bad;
  }
  for (let index = 1; index <= length; index++) {
    good[index] = (good[index] ?? 0) + (good[index - 1] ?? 0);
    bad[index] = (bad[index] ?? 0) + (bad[index - 1] ?? 0);
  }
  const between = (sums: Float64Array, end: number, seconds: number) =>
    (sums[end] ?? 0) - (sums[Math.max(0, end - Math.ceil(seconds / SLOT_SECONDS))] ?? 0);

  const firings: { tier: string; firedAt: string; clearedAt: string | null }[] = [];
  let firing: string | null = null;
  for (let end = 1; end <= length; end++) {
    const tier =
      firingTier(limit, (seconds) => ({ good: between(good, end, seconds), bad: between(bad, end, seconds) }))?.name ??
      null;
    if (tier === firing) continue;
    const at = new Date(beginMs + (end - 1) * SLOT_MS).toISOString();
    const last = firings.at(-1);
    if (firing !== null && last) last.clearedAt = at;
    if (tier !== null) firings.push({ tier, firedAt: at, clearedAt: null });
    firing = tier;
  }
  return firings;
}
