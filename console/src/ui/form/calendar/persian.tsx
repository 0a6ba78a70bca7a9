import { DayPicker } from '@daypicker/persian';
import { useCalendar, type CalendarProps } from './look.tsx';

export function PersianCalendar(props: CalendarProps) {
  return <DayPicker {...useCalendar(props)} />;
}
