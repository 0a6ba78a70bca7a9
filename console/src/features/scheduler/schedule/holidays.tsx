import { useState } from 'react';
import { useController, type UseFormReturn } from 'react-hook-form';
import { toJalali } from '#app/text/dates.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { DateField, type DateValue } from '#app/ui/form/date-field.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips } from '#app/ui/list.tsx';
import { toShownHoliday } from './instants.ts';
import type { ScheduleValues } from './values.ts';
import { words } from './words.ts';

/** Days that are left out. One that comes each year does so in the calendar in which it is written. */
export function HolidayField({ form }: { readonly form: UseFormReturn<ScheduleValues> }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { field } = useController({ control: form.control, name: 'holidays' });
  const [day, setDay] = useState<DateValue>(null);
  const [repeats, setRepeats] = useState<'once' | 'yearly'>('yearly');
  const add = () => {
    if (typeof day !== 'string') return;
    field.onChange([...new Set([...field.value, toHoliday(day, repeats === 'yearly', language === 'fa')])]);
    setDay(null);
  };
  const name = (holiday: string) => {
    const shown = toShownHoliday(holiday, language);
    return shown.isYearly ? say.yearly(shown.day) : shown.day;
  };
  return (
    <fieldset className="grid gap-3">
      <legend className="text-ink2 pb-1 font-medium">{say.holidays}</legend>
      {field.value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {field.value.map((holiday) => (
            <li key={holiday} className="bg-raised flex min-h-8 items-center gap-1 rounded-lg ps-3 pe-1">
              <bdi>{name(holiday)}</bdi>
              <button
                type="button"
                aria-label={say.removeHoliday(name(holiday))}
                className="grid size-6 place-items-center"
                onClick={() => field.onChange(field.value.filter((one) => one !== holiday))}
              >
                <Icon name="close" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <DateField label={say.holiday1} name="holiday" value={day} onChange={setDay} />
        <div className="flex flex-wrap items-center gap-2 sm:pt-6">
          <Chips
            label={say.holidayRepeats}
            value={repeats}
            options={[['yearly', say.holidayYearly], ['once', say.holidayOnce]]} // prettier-ignore
            onChange={setRepeats}
          />
          <Button disabled={typeof day !== 'string'} onClick={add}>
            {say.addHoliday}
          </Button>
        </div>
      </div>
    </fieldset>
  );
}

function toHoliday(day: string, isYearly: boolean, isPersian: boolean): string {
  if (!isYearly) return day;
  if (!isPersian) return day.slice(5);
  const [, month, date] = toJalali(day);
  return `persian:${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}
