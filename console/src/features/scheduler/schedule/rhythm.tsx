import { useController, type UseFormReturn } from 'react-hook-form';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { FormDateField } from '#app/ui/form/date-field.tsx';
import { SelectField, TextField } from '#app/ui/form/form.tsx';
import { weekdays, type Weekday } from './cron.ts';
import { isCount, isTime, kinds, units, type ScheduleValues } from './values.ts';
import { words } from './words.ts';

interface FieldsProps {
  readonly form: UseFormReturn<ScheduleValues>;
}

/** How it repeats, and the fields of that kind. */
export function RhythmFields({ form }: FieldsProps) {
  const say = useTexts(words);
  const kind = form.watch('kind');
  const hasTime = kind === 'daily' || kind === 'weekly' || kind === 'monthly';
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField form={form} name="kind" label={say.kind} options={kinds.map((one) => [one, say.kinds[one]])} />
        {hasTime && (
          <TextField
            form={form}
            name="time"
            label={say.time}
            isLatin
            autoComplete="off"
            rules={{ validate: (text) => isTime(String(text)) || say.timeInvalid }}
          />
        )}
      </div>
      {kind === 'weekly' && <WeekdayField form={form} />}
      {kind === 'monthly' && <DayField form={form} />}
      {kind === 'interval' && <IntervalFields form={form} />}
      {kind === 'once' && <FormDateField form={form} name="at" label={say.at} hasTime missing={say.atMissing} />}
      {kind === 'cron' && (
        <TextField
          form={form}
          name="cron"
          label={say.cron}
          help={say.cronHelp}
          isMono
          maxLength={200}
          autoComplete="off"
          rules={{ validate: (text) => String(text).trim() !== '' || say.cronMissing }}
        />
      )}
    </>
  );
}

function IntervalFields({ form }: FieldsProps) {
  const say = useTexts(words);
  return (
    <div className="grid grid-cols-2 items-start gap-4">
      <TextField
        form={form}
        name="count"
        label={say.count}
        inputMode="numeric"
        isLatin
        autoComplete="off"
        rules={{ validate: (text) => isCount(String(text)) || say.countInvalid }}
      />
      <SelectField form={form} name="unit" label={say.unit} options={units.map((one) => [one, say.units[one]])} />
    </div>
  );
}

function DayField({ form }: FieldsProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const days = Array.from({ length: 31 }, (_, at) => [String(at + 1), fmt.number(at + 1)] as const);
  return (
    <SelectField form={form} name="day" label={say.day} help={say.dayHelp} options={[...days, ['L', say.lastDay]]} />
  );
}

/** In the order of the week of the reader. */
function WeekdayField({ form }: FieldsProps) {
  const say = useTexts(words);
  const isPersian = useLanguage() === 'fa';
  const { field, fieldState } = useController({
    control: form.control,
    name: 'weekdays',
    rules: { validate: (chosen) => (chosen as readonly Weekday[]).length > 0 || say.weekdayMissing },
  });
  const chosen = field.value;
  const toggle = (day: Weekday) =>
    field.onChange(chosen.includes(day) ? chosen.filter((one) => one !== day) : [...chosen, day]);
  const order = isPersian ? weekdays : [...weekdays.slice(2), ...weekdays.slice(0, 2)];
  return (
    <fieldset className="grid gap-1" onBlur={field.onBlur}>
      <legend className="text-ink2 pb-1 font-medium">{say.weekdaysLabel}</legend>
      <div className="flex flex-wrap gap-1.5">
        {order.map((day, at) => (
          <label
            key={day}
            className="border-line2 has-checked:bg-kashi-soft has-checked:border-kashi has-focus-visible:outline-kashi flex min-h-8 items-center gap-2 rounded-lg border px-2.5"
          >
            <input
              ref={at === 0 ? field.ref : undefined}
              type="checkbox"
              name={`weekday-${day}`}
              checked={chosen.includes(day)}
              onChange={() => toggle(day)}
              className="accent-kashi size-4"
            />
            {say.weekdays[day]}
          </label>
        ))}
      </div>
      {fieldState.error && (
        <p role="alert" className="text-meta text-bad">
          {fieldState.error.message}
        </p>
      )}
    </fieldset>
  );
}
