import type { ChevronProps, DayPickerProps } from '@daypicker/react';
import { localDate } from '#app/text/dates.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { words } from '#app/ui/words.ts';

export interface CalendarProps {
  /** As `2026-11-25`; null for none. */
  readonly day: string | null;
  readonly onSelect: (day: string) => void;
}

/** What the calendars have in common. The names of days are plain numbers and months, which axe and readers understand. */
export function useCalendar({ day, onSelect }: CalendarProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const selected = day === null ? undefined : new Date(`${day}T12:00:00`);
  return {
    mode: 'single',
    autoFocus: true,
    required: true,
    selected,
    ...(selected && { defaultMonth: selected }),
    onSelect: (date: Date) => onSelect(localDate(date)),
    components: { Chevron },
    classNames: LOOKS,
    labels: {
      labelDayButton: (date: Date, { today }: { readonly today?: boolean }) =>
        [today && say.today, fmt.longDay(localDate(date))].filter(Boolean).join(', '),
      labelNav: () => say.calendar,
      labelNext: () => say.nextMonth,
      labelPrevious: () => say.previousMonth,
    },
  } satisfies DayPickerProps;
}

/** `left` is the month before, in both directions. */
function Chevron({ orientation }: ChevronProps) {
  return <Icon name="chevron" className={orientation === 'left' ? 'rotate-180 rtl:rotate-0' : 'mirrored'} />;
}

const ARROW = 'text-ink2 hover:bg-raised grid size-8 place-items-center rounded-lg';

const LOOKS = {
  months: 'relative',
  month: 'grid gap-2',
  nav: 'absolute inset-x-0 top-0 flex justify-between',
  button_previous: ARROW,
  button_next: ARROW,
  month_caption: 'grid h-8 place-items-center font-semibold',
  weekdays: 'text-meta text-ink3',
  weekday: 'size-9 font-normal',
  day: 'group p-0 text-center',
  day_button:
    'hover:bg-raised group-data-[selected=true]:bg-kashi group-data-[selected=true]:text-onkashi group-data-[today=true]:border-kashi size-9 rounded-lg border border-transparent group-data-[selected=true]:font-semibold',
  hidden: 'invisible',
};
