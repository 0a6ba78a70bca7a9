import { useTexts } from '#app/text/language.ts';
import { Choice } from '#app/ui/list.tsx';
import { channels, ranges, statuses, type Channel, type Range, type Status } from './kinds.ts';
import { words } from './words.ts';

interface FilterProps<T> {
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}

export function ChannelFilter({ value, onChange }: FilterProps<Channel>) {
  const say = useTexts(words);
  return (
    <Choice<Channel | 'all'>
      label={say.channel}
      value={value ?? 'all'}
      options={[['all', say.allChannels], ...channels.map((one) => [one, say.channels[one]] as const)]}
      onChange={(one) => onChange(one === 'all' ? undefined : one)}
    />
  );
}

export function StatusFilter({ value, onChange }: FilterProps<Status>) {
  const say = useTexts(words);
  return (
    <Choice<Status | 'all'>
      label={say.status}
      value={value ?? 'all'}
      options={[['all', say.allStatuses], ...statuses.map((one) => [one, say.statuses[one]] as const)]}
      onChange={(one) => onChange(one === 'all' ? undefined : one)}
    />
  );
}

interface RangeFilterProps extends FilterProps<Range> {
  /** There is no report of all time. */
  readonly isBounded?: boolean;
}

export function RangeFilter({ value, onChange, isBounded = false }: RangeFilterProps) {
  const say = useTexts(words);
  const all = isBounded ? [] : [['all', say.anyTime] as const];
  return (
    <Choice<Range | 'all'>
      label={say.range}
      value={value ?? 'all'}
      options={[...all, ...ranges.map((one) => [one, say.ranges[one]] as const)]}
      onChange={(one) => onChange(one === 'all' ? undefined : one)}
    />
  );
}
