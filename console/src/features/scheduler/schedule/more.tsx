import type { UseFormReturn } from 'react-hook-form';
import { useTexts } from '#app/text/language.ts';
import { FormDateField } from '#app/ui/form/date-field.tsx';
import { SelectField, TextField } from '#app/ui/form/form.tsx';
import { HolidayField } from './holidays.tsx';
import { isCount, type ScheduleValues } from './values.ts';
import { words } from './words.ts';

/** What most schedules leave as it is. */
export function MoreFields({ form }: { readonly form: UseFormReturn<ScheduleValues> }) {
  const say = useTexts(words);
  return (
    <details className="border-line rounded-xl border">
      <summary className="text-ink2 min-h-10 cursor-pointer px-4 py-2.5 font-semibold">{say.more}</summary>
      <div className="grid gap-4 p-4 pt-1">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <FormDateField form={form} name="startAt" label={say.startAt} hasTime />
          <FormDateField form={form} name="endAt" label={say.endAt} hasTime />
        </div>
        <HolidayField form={form} />
        <div className="grid items-end gap-4 sm:grid-cols-2">
          <SelectField form={form} name="misfirePolicy" label={say.misfire} options={Object.entries(say.misfires)} />
          {form.watch('misfirePolicy') === 'catchUp' && (
            <TextField
              form={form}
              name="maxCatchUpRuns"
              label={say.maxCatchUpRuns}
              inputMode="numeric"
              isLatin
              rules={{ validate: (text) => isCount(String(text), 1, 1000) || say.maxCatchUpInvalid }}
            />
          )}
          <TextField
            form={form}
            name="jitterSeconds"
            label={say.jitter}
            inputMode="numeric"
            isLatin
            rules={{ validate: (text) => isCount(String(text), 0, 3600) || say.jitterInvalid }}
          />
          <SelectField form={form} name="gap" label={say.gap} options={Object.entries(say.gaps)} />
          <SelectField form={form} name="fold" label={say.fold} options={Object.entries(say.folds)} />
        </div>
      </div>
    </details>
  );
}
