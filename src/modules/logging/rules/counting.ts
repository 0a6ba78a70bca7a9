import { describe } from '../incidents/describe.ts';
import type { LoggingNeeds, LoggingReader, LoggingUnit } from '../needs.ts';
import type { IncidentService } from '../incidents/service.ts';
import type { Sighting } from '../incidents/sighting.ts';
import type { SignedEvent } from '../store/rows.ts';
import { toFingerprint } from '../transform/pattern.ts';
import type { RuleRow } from '../tables.ts';
import { compileRule, countMatches, type CompiledRule, type MatchCount } from './matching.ts';
import { isReached } from './openings.ts';
import {
  addMatches,
  lastSeen,
  listEnabled,
  listServices,
  ruleSetVersion,
  sumGroups,
  sumWindows,
  type WindowSum,
} from './queries.ts';

export interface CountingNeeds extends Pick<LoggingNeeds, 'now'> {
  readonly incidents: Pick<IncidentService, 'report' | 'openNew' | 'endQuiet'>;
}

/**
 * Counts matches in the transaction of the events, so that a match that was acknowledged is counted, whatever happens to the
 * node. Two transactions at once do not see each other's counts: what only both together make is found by the next watch.
 */
export function createCounting({ now, incidents }: CountingNeeds) {
  let known: { readonly version: number; readonly rules: readonly CompiledRule[] } = { version: 0, rules: [] };

  async function current(tx: LoggingReader): Promise<readonly CompiledRule[]> {
    const version = await ruleSetVersion(tx);
    if (version !== known.version) known = { version, rules: (await listEnabled(tx)).map(compileRule) };
    return known.rules;
  }

  /** Part of the unit that stores the events. */
  async function observe(unit: LoggingUnit, events: readonly SignedEvent[], writer: number): Promise<void> {
    if (events.length === 0) return;
    const counts = countMatches(await current(unit.tx), events);
    if (counts.length === 0) return;
    await addMatches(unit.tx, counts, writer);
    const counted = counts.filter(({ compiled, matched }) => matched > 0 && compiled.rule.kind === 'threshold');
    if (counted.length === 0) return;
    const asked = counted.map(({ compiled, groupValue }) => ({ rule: compiled.rule, groupValue }));
    const atMs = now().getTime();
    const reached = (await sumWindows(unit.tx, asked, atMs)).flatMap((sum) => toReached(sum, counted));
    await incidents.report(unit, await toSightings(unit.tx, reached, atMs));
  }

  /**
   * Finds rates and absences, and thresholds that no single transaction has seen reached, and ends what has become quiet. Part
   * of the caller's unit.
   */
  async function watch(unit: LoggingUnit): Promise<void> {
    const atMs = now().getTime();
    const lasting: Sighting[] = []; // what is absent, or too frequent, is so until it ends
    const reached: Sighting[] = [];
    for (const rule of await listEnabled(unit.tx)) {
      if (rule.kind === 'absence') {
        lasting.push(...(await findAbsent(unit.tx, rule, atMs)));
        continue;
      }
      const sums = (await sumGroups(unit.tx, rule, atMs)).filter((sum) => isReached(rule, sum));
      const found = sums.map((sum) => ({ rule, sum, groupValue: sum.groupValue, matches: 0 }));
      (rule.kind === 'rate' ? lasting : reached).push(...(await toSightings(unit.tx, found, atMs)));
    }
    await incidents.report(unit, lasting);
    await incidents.openNew(unit, reached); // a threshold that is still reached is no new match
    await incidents.endQuiet(unit);
  }

  return { observe, watch };
}

/** What a rule has counted within its window, which is enough to open an incident. */
interface Reached {
  readonly rule: RuleRow;
  readonly groupValue: string;
  readonly sum: WindowSum;
  /** Of this transaction. */
  readonly matches: number;
}

function toReached(sum: WindowSum, counts: readonly MatchCount[]): Reached[] {
  const own = counts.filter(
    ({ compiled, groupValue }) => compiled.rule.id === sum.ruleId && groupValue === sum.groupValue,
  );
  const rule = own[0]?.compiled.rule;
  if (!rule || sum.matched < rule.thresholdCount) return [];
  return [{ rule, sum, groupValue: sum.groupValue, matches: own.reduce((all, { matched }) => all + matched, 0) }];
}

async function toSightings(tx: LoggingReader, reached: readonly Reached[], atMs: number): Promise<Sighting[]> {
  const servicesOf = await listServices(tx, reached, atMs);
  return reached.map(({ rule, sum, matches }) => toSighting(rule, sum, matches, servicesOf(rule.id, sum.groupValue)));
}

/** A group that was never seen is absent since the rule holds. */
async function findAbsent(tx: LoggingReader, rule: RuleRow, atMs: number): Promise<Sighting[]> {
  const groups = await lastSeen(tx, rule.id);
  const all = rule.groupBy === null && groups.length === 0 ? [{ groupValue: '', at: rule.since }] : groups;
  const sinceMs = Date.parse(rule.since);
  return all
    .filter(({ at }) => Math.max(Date.parse(at), sinceMs) < atMs - rule.windowSeconds * 1000)
    .map(({ groupValue }) => toSighting(rule, { ruleId: rule.id, groupValue, matched: 0, total: 0 }, 0, []));
}

function toSighting(
  rule: RuleRow,
  { groupValue, matched }: WindowSum,
  matches: number,
  services: readonly string[],
): Sighting {
  return {
    ruleId: rule.id,
    fingerprint: toFingerprint(['rule', rule.id, groupValue]),
    title: rule.name,
    description: describe(rule, groupValue).en,
    service: rule.groupBy === 'sourceService' ? groupValue : rule.service,
    services: [...services],
    groupValue,
    severity: rule.severity,
    notifies: rule.action === 'notify',
    cooldownSeconds: rule.cooldownSeconds,
    autoResolveSeconds: rule.autoResolveSeconds,
    matches,
    countAtOpening: Math.max(1, matched),
  };
}
