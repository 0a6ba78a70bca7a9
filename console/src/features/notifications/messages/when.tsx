import { parseTypedDate } from '#app/text/dates.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { useMe } from '#app/server/session.tsx';
import { SelectField, TextField, type useFields } from '#app/ui/form/form.tsx';
import { toTime, type Draft } from './draft.ts';
import { FirstInstants } from './instants.tsx';
import { words } from './words.ts';

/** Now, later, or again and again. */
export function WhenFields({ form }: { readonly form: ReturnType<typeof useFields<Draft>> }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const { now, at, repeat } = say.whens;
  const when = form.watch('when');
  const options = [['now', now], ['at', at], ...(can('notifications.schedules.manage') ? [['repeat', repeat]] : [])];
  return (
    <>
      <SelectField form={form} name="when" label={say.when} options={options as [string, string][]} />
      {when !== 'now' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            form={form}
            name="date"
            label={say.date}
            help={say.dateHelp}
            isLatin
            inputMode="numeric"
            autoComplete="off"
            rules={{
              validate: (text: unknown) =>
                typeof parseTypedDate(String(text), language) === 'string' || say.dateInvalid,
            }}
          />
          <TextField
            form={form}
            name="time"
            label={say.time}
            isLatin
            autoComplete="off"
            rules={{ validate: (text: unknown) => toTime(String(text)) !== null || say.timeInvalid }}
          />
        </div>
      )}
      {when === 'repeat' && (
        <SelectField form={form} name="rule" label={say.rule} options={Object.entries(say.rules)} />
      )}
      {when === 'repeat' && form.watch('rule') === 'cron' && (
        <TextField
          form={form}
          name="cron"
          label={say.cron}
          help={say.cronHelp}
          isMono
          rules={{ validate: (text: unknown) => String(text).trim().split(/\s+/).length === 5 || say.cronMissing }}
        />
      )}
      {when === 'repeat' && <FirstInstants draft={form.watch()} />}
    </>
  );
}
