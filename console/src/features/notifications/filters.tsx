import { useTexts } from '#app/text/language.ts';
import { Choice } from '#app/ui/list.tsx';
import { channels, ranges, statuses, type Channel, type Range, type Status } from './kinds.ts';
import { words } from './words.ts';

interface FilterProps<T> {
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}

interface OneFilterProps<T extends string> extends FilterProps<T> {
  readonly label: string;
  /** What is chosen while nothing is filtered. Null: there is always a value. */
  readonly all: string | null;
  readonly values: readonly T[];
  readonly names: Readonly<Record<T, string>>;
}

/** A filter by one of a few values. */
export function OneFilter<T extends string>({ label, all, values, names, value, onChange }: OneFilterProps<T>) {
  const none = all === null ? [] : [['all', all] as const];
  return (
    <Choice<T | 'all'>
      label={label}
      value={value ?? 'all'}
      options={[...none, ...values.map((one) => [one, names[one]] as const)]}
      onChange={(one) => onChange(one === 'all' ? undefined : one)}
    />
  );
}

export function ChannelFilter<T extends Channel = Channel>({
  among,
  ...filter
}: FilterProps<T> & { readonly among?: readonly T[] }) {
  const say = useTexts(words);
  const values = among ?? (channels as readonly Channel[] as readonly T[]);
  return <OneFilter label={say.channel} all={say.allChannels} values={values} names={say.channels} {...filter} />;
}

export function StatusFilter(filter: FilterProps<Status>) {
  const say = useTexts(words);
  return <OneFilter label={say.status} all={say.allStatuses} values={statuses} names={say.statuses} {...filter} />;
}

interface RangeFilterProps extends FilterProps<Range> {
  /** There is no report of all time. */
  readonly isBounded?: boolean;
}

export function RangeFilter({ isBounded = false, ...filter }: RangeFilterProps) {
  const say = useTexts(words);
  const all = isBounded ? null : say.anyTime;
  return <OneFilter label={say.range} all={all} values={ranges} names={say.ranges} {...filter} />;
}
