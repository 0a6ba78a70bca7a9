import { DayPicker } from '@daypicker/react';
import { enGB } from '@daypicker/react/locale/en-GB';
import { useCalendar, type CalendarProps } from './look.tsx';

export function GregorianCalendar(props: CalendarProps) {
  return <DayPicker {...useCalendar(props)} locale={enGB} />;
}
