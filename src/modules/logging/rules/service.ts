import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { newId, smallestIdAt } from '#kernel/id.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import { instant, toInstant } from '../store/archive.ts';
import type { Reading } from '../store/reading.ts';
import { fromLevelNumber, toLevelNumber } from '../store/rows.ts';
import type { LoggingTables, RuleRow } from '../tables.ts';
import { createCounting, type CountingNeeds } from './counting.ts';
import { compileRule, countMatches } from './matching.ts';
import { findOpenings } from './openings.ts';
import {
  countRules,
  deleteMatches,
  deleteRule,
  findRule,
  insertRule,
  listRules,
  lockRule,
  pruneMatches,
  touchRuleSet,
  updateRule,
  watchedVersion,
} from './queries.ts';
import { watchQueue } from './queue.ts';
import type { AlertRule, NewAlertRule, RuleTest, RuleTestResult } from './schemas.ts';

const MAX_TESTED = 20_000; // events
const MAX_RULES = 1000; // of the installation: each event is compared with all that are enabled
const DAY_MS = 86_400_000;
const WATCH_MS = 10_000;
/** What says which events a rule counts, and under which group. */
const CONDITION = ['kind', 'minimumLevel', 'containsText', 'service', 'module', 'groupBy'] as const;

/** Rules, which open incidents where events match. */
export function createRules(
  needs: Pick<LoggingNeeds, 'db'> & CountingNeeds & { readonly reading: Pick<Reading, 'list'> },
) {
  const { db, now, reading } = needs;
  const counting = createCounting(needs);

  const list = async (query: PageQuery) => mapPage(await listRules(db.read, query), toRule);

  /** @throws `logging.rule_not_found` */
  const get = async (id: string) => toRule(orNotFound(await findRule(db.read, id), id));

  /** @throws `logging.rule_invalid`, `logging.too_many_rules` */
  function create(actor: Actor, rule: NewAlertRule): Promise<AlertRule> {
    const row = toRow(rule);
    return db.write(actor, async (unit) => {
      const { tx, audit } = unit;
      await noteChange(unit); // locks: two at once come one after the other
      if ((await countRules(tx)) >= MAX_RULES) throw loggingErrors.tooManyRules({ limit: MAX_RULES });
      const created = toRule(await insertRule(tx, { ...row, id: newId(), since: now().toISOString() }));
      audit({
        action: 'logging.rule_created',
        resourceType: 'logRule',
        resourceId: created.id,
        payload: { after: created },
      });
      return created;
    });
  }

  /**
   * Fields that are left out get their defaults. A rule that matches other things counts anew, and nothing was absent before.
   * @throws `logging.rule_not_found`, `logging.rule_invalid`, `http.precondition_failed`
   */
  function replace(actor: Actor, id: string, rule: NewAlertRule, precondition: Precondition): Promise<AlertRule> {
    return db.write(actor, async (unit) => {
      const { tx, audit } = unit;
      const before = orNotFound(await lockRule(tx, id), id);
      precondition.require(before.version);
      const row = toRow(rule);
      const isEnabledNow = row.isEnabled && !before.isEnabled;
      const isOther = CONDITION.some((name) => row[name] !== before[name]);
      if (isOther) await deleteMatches(tx, id);
      const since = isEnabledNow || isOther ? now().toISOString() : before.since;
      const after = toRule(await updateRule(tx, id, { ...row, since }));
      await noteChange(unit);
      const payload = { before: toRule(before), after };
      audit({ action: 'logging.rule_changed', resourceType: 'logRule', resourceId: id, payload });
      return after;
    });
  }

  /** @throws `logging.rule_not_found`, `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const { tx, audit } = unit;
      const before = orNotFound(await lockRule(tx, id), id);
      precondition.require(before.version);
      await deleteRule(tx, id);
      await noteChange(unit);
      audit({
        action: 'logging.rule_deleted',
        resourceType: 'logRule',
        resourceId: id,
        payload: { before: toRule(before) },
      });
    });
  }

  /** Runs the rule over stored events, in the order of their receipt. @throws `logging.rule_not_found`, `logging.archive_away` */
  async function test(id: string, { from, to }: RuleTest): Promise<RuleTestResult> {
    const rule = orNotFound(await findRule(db.read, id), id);
    const least = rule.kind === 'rate' ? 0 : rule.minimumLevel; // a rate is of events of all levels
    const rows = await reading.list(
      sql`e.received_at >= ${from}::timestamptz and e.received_at < ${to}::timestamptz and e.deleted_at is null
        and e.level >= ${least}`,
      {
        text: `level >= {level:UInt8} and received_at >= ${instant('receivedFrom')} and received_at < ${instant('receivedTo')}`,
        values: {
          receivedFrom: toInstant(Date.parse(from)),
          receivedTo: toInstant(Date.parse(to)),
          level: least,
        },
      },
      'asc',
      MAX_TESTED + 1,
      { after: smallestIdAt(Date.parse(from) - DAY_MS), before: smallestIdAt(Date.parse(to) + DAY_MS) },
      rule.containsText === null ? ['payload', 'message'] : ['payload'],
    );
    const events = rows.slice(0, MAX_TESTED).map((row) => ({ ...row, level: fromLevelNumber(row.level) }));
    const counts = countMatches([compileRule(rule)], events);
    const [first] = rows.slice(MAX_TESTED); // nothing is known from there on
    const range = { fromMs: Date.parse(from), toMs: Math.min(Date.parse(first?.receivedAt ?? to), now().getTime()) };
    return {
      checked: events.length,
      complete: first === undefined,
      matches: counts.reduce((sum, { matched }) => sum + matched, 0),
      openings: findOpenings(rule, counts, range),
    };
  }

  /** The item of each change watches until the next change, or until no rule is enabled. */
  async function noteChange(unit: LoggingUnit): Promise<void> {
    unit.enqueue(watchQueue, { ref: String(await touchRuleSet(unit.tx)) });
  }

  async function watch({ ref }: Work): Promise<WorkResult<LoggingTables>> {
    if ((await watchedVersion(db.read)) !== Number(ref)) return { write: async () => {} };
    return { write: counting.watch, retryInMs: WATCH_MS };
  }

  /** What may wait; and a watch with a new item, whatever became of the last one. */
  async function tidy(): Promise<WorkResult<LoggingTables>> {
    return {
      async write(unit) {
        await counting.watch(unit); // also for incidents that have no rule
        if ((await watchedVersion(unit.tx)) !== null) await noteChange(unit);
        await pruneMatches(unit.tx, now().getTime());
      },
    };
  }

  return { list, get, create, replace, remove, test, watch, tidy, observe: counting.observe };
}

export type RuleService = ReturnType<typeof createRules>;

function orNotFound(rule: RuleRow | undefined, id: string): RuleRow {
  if (!rule) throw loggingErrors.ruleNotFound({ id });
  return rule;
}

function toRule({ minimumLevel, since: _since, ...row }: RuleRow): AlertRule {
  return { ...row, minimumLevel: fromLevelNumber(minimumLevel), groupBy: row.groupBy as AlertRule['groupBy'] };
}

function toRow(rule: NewAlertRule) {
  const { kind = 'threshold', ratePercent = null } = rule;
  if ((kind === 'rate') !== (ratePercent !== null))
    throw loggingErrors.ruleInvalid({
      reason: {
        en: 'ratePercent is needed for kind rate, and only there',
        fa: 'فیلد ratePercent فقط برای نوع rate است و آنجا لازم است',
      },
    });
  return {
    name: rule.name,
    isEnabled: rule.isEnabled ?? true,
    kind,
    minimumLevel: toLevelNumber(rule.minimumLevel ?? (kind === 'absence' ? 'trace' : 'error')),
    containsText: rule.containsText ?? null,
    service: rule.service ?? null,
    module: rule.module ?? null,
    windowSeconds: rule.windowSeconds ?? 60,
    thresholdCount: rule.thresholdCount ?? 1,
    ratePercent,
    groupBy: rule.groupBy ?? null,
    cooldownSeconds: rule.cooldownSeconds ?? 300,
    autoResolveSeconds: rule.autoResolveSeconds ?? 1800,
    severity: rule.severity ?? 'medium',
    action: rule.action ?? 'notify',
  };
}
