import { searchText } from '#kernel/text.ts';
import { MOST_SERVICES } from '../incidents/matched-services.ts';
import { toLevelNumber, type SignedEvent } from '../store/rows.ts';
import type { RuleRow } from '../tables.ts';
import { hasInOrder, toGlob } from '../incidents/glob.ts';
import type { groupFields } from './schemas.ts';

export const BUCKET_MS = 10_000;

type RuleEvent = SignedEvent;
type GroupField = (typeof groupFields)[number];

export interface CompiledRule {
  readonly rule: RuleRow;
  /** Whether the event is of its services: of kind rate, those that its matches are a part of. */
  concerns(event: RuleEvent): boolean;
  matches(event: RuleEvent, foldedMessage: () => string): boolean;
  groupOf(event: RuleEvent): string;
}

/** Parts of texts and `*` only: regular expressions of users would run in the transaction of every ingest. */
export function compileRule(rule: RuleRow): CompiledRule {
  const isService = toGlob(rule.service);
  const isModule = toGlob(rule.module);
  const parts = rule.containsText === null ? [] : rule.containsText.split('*').map(searchText).filter(Boolean);
  return {
    rule,
    concerns: ({ sourceService, sourceModule }) => isService(sourceService) && isModule(sourceModule ?? ''),
    matches: ({ level }, foldedMessage) =>
      toLevelNumber(level) >= rule.minimumLevel && (parts.length === 0 || hasInOrder(foldedMessage(), parts)),
    groupOf(event) {
      const { groupBy } = rule;
      return groupBy === null ? '' : (event[groupBy as GroupField] ?? '').slice(0, 200);
    },
  };
}

export function bucketOf(instant: string | number): number {
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  return Math.floor(ms / BUCKET_MS) * BUCKET_MS;
}

/** The window of a rule in whole steps. */
export function windowMsOf({ windowSeconds }: Pick<RuleRow, 'windowSeconds'>): number {
  return Math.ceil((windowSeconds * 1000) / BUCKET_MS) * BUCKET_MS;
}

export interface MatchCount {
  readonly compiled: CompiledRule;
  readonly groupValue: string;
  readonly bucketMs: number;
  matched: number;
  total: number;
  /** Whose events matched. */
  readonly services: Set<string>;
}

/** By rule, group and ten seconds of receipt, in the order of their keys. */
export function countMatches(rules: readonly CompiledRule[], events: readonly RuleEvent[]): MatchCount[] {
  const counts = new Map<string, MatchCount>();
  for (const event of events) {
    let folded: string | undefined;
    const foldedMessage = () => (folded ??= searchText(event.message));
    for (const compiled of rules) {
      if (!compiled.concerns(event)) continue;
      const isMatch = compiled.matches(event, foldedMessage);
      if (!isMatch && compiled.rule.kind !== 'rate') continue;
      const groupValue = compiled.groupOf(event);
      const bucketMs = bucketOf(event.receivedAt);
      const key = `${compiled.rule.id}\n${groupValue}\n${bucketMs}`;
      const count = counts.get(key) ?? {
        compiled,
        groupValue,
        bucketMs,
        matched: 0,
        total: 0,
        services: new Set<string>(),
      };
      count.matched += isMatch ? 1 : 0;
      if (isMatch && count.services.size < MOST_SERVICES) count.services.add(event.sourceService);
      count.total += 1;
      counts.set(key, count);
    }
  }
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}
