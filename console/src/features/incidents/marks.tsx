import type { AlertRule, Incident } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { words } from './words.ts';

export type Severity = Incident['severity'];
export const severities = ['low', 'medium', 'high', 'critical'] as const;

const SEVERITIES: Readonly<Record<Severity, readonly [IconName, string]>> = {
  low: ['info', 'text-info'],
  medium: ['warning', 'text-warn'],
  high: ['alert', 'text-bad'],
  critical: ['fatal', 'text-bad font-semibold'],
};

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const say = useTexts(words);
  const [icon, colour] = SEVERITIES[severity];
  return (
    <span className={`inline-flex items-center gap-1.5 align-bottom whitespace-nowrap ${colour}`}>
      <Icon name={icon} className="size-3.5" />
      {say.severities[severity]}
    </span>
  );
}

const STATUSES: Readonly<Record<Incident['status'], State>> = { open: 'bad', acknowledged: 'info', resolved: 'ok' };

export function StatusBadge({ incident: { status, cameBack } }: { readonly incident: Incident }) {
  const say = useTexts(words);
  return (
    <span className="inline-flex gap-1">
      <Badge state={STATUSES[status]}>{say.statuses[status]}</Badge>
      {cameBack && status !== 'resolved' && <Badge state="warn">{say.cameBack}</Badge>}
    </span>
  );
}

/** When a rule opens an incident, in the words of the reader. */
export function OpensWhen({
  rule: { kind, thresholdCount, windowSeconds, ratePercent },
}: {
  readonly rule: Pick<AlertRule, 'kind' | 'thresholdCount' | 'windowSeconds' | 'ratePercent'>;
}) {
  const say = useTexts(words);
  const fmt = useFmt();
  const window = fmt.duration(windowSeconds * 1000);
  return say.opens[kind](fmt.number(thresholdCount), window, fmt.share((ratePercent ?? 0) / 100));
}
