import { useFmt } from '#app/text/fmt.ts';

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** `ago`: "2 minutes ago"; `second` and `millisecond`: with them. Default: day and minute. */
  readonly as?: 'instant' | 'ago' | 'second' | 'millisecond';
}

/** A time in the calendar and zone of the reader; a pointer over it shows UTC and the other calendar. */
export function Time({ at, as = 'instant' }: TimeProps) {
  const fmt = useFmt();
  return (
    <time dateTime={at} title={fmt.everyForm(at)} className="whitespace-nowrap">
      {fmt[as](at)}
    </time>
  );
}
