import type { AlertRule, Incident } from '#client';
import { toTerm } from '#app/features/logs/query/terms.ts';

const MARGIN_MS = 60_000;
const BEFORE_MS = 3_600_000; // without a rule
const FURTHER = 'further groups'; // many groups together

/** Names of the fields by which a rule groups, in queries. */
const GROUPS: Readonly<Record<NonNullable<AlertRule['groupBy']>, string>> = {
  sourceService: 'service', sourceModule: 'module', sourceInstance: 'instance', tenantId: 'tenant', actorId: 'actor', httpPath: 'path',
  errorCode: 'error', pattern: 'pattern', fingerprint: 'fingerprint',
}; // prettier-ignore

/** A search for the lines that an incident is about, and their time. */
export function toRelated(incident: Incident, rule: AlertRule | null) {
  const { openedAt, lastSeenAt, services, groupValue } = incident;
  const beforeMs = (rule ? rule.windowSeconds * 1000 : BEFORE_MS) + MARGIN_MS;
  const from = new Date(Date.parse(openedAt) - beforeMs).toISOString();
  const to = new Date(Date.parse(lastSeenAt) + MARGIN_MS).toISOString();
  const service = rule?.service ?? incident.service ?? services[0] ?? (rule ? null : 'bonyan');
  const group = rule?.groupBy && groupValue !== '' && groupValue !== FURTHER ? GROUPS[rule.groupBy] : null;
  const query = [
    `level>=${rule?.minimumLevel ?? 'warn'}`,
    ...(service === null ? [] : [toTerm({ field: 'service', value: service })]),
    ...(rule?.module ? [toTerm({ field: 'module', value: rule.module })] : []),
    ...(group === null ? [] : [toTerm({ field: group, value: groupValue })]),
    ...toTexts(rule?.containsText ?? ''),
  ].join(' ');
  return { query, from, to };
}

/** Each piece between stars is looked for by itself: they may begin and end within words. */
function toTexts(glob: string): string[] {
  return glob
    .replaceAll('"', ' ')
    .split('*')
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
    .map((piece) => `*"${piece.trim()}"*`);
}
