import { useFieldArray } from 'react-hook-form';
import { SeverityMark } from '#app/features/incidents/marks.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { CheckField, SelectField, TextField } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { words as shared } from '../words.ts';
import { targetChannels } from './draft.ts';
import { RouteUsers, type RouteFieldsProps } from './route-users.tsx';
import { words } from './words.ts';

/** Who is told of incidents of one severity. */
export function RouteFields({ form, severity }: RouteFieldsProps) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  return (
    <fieldset className="border-line grid gap-4 rounded-xl border p-4">
      <legend className="sr-only">{say.severities[severity]}</legend>
      <p aria-hidden="true">
        <SeverityMark severity={severity} />
      </p>
      <TextField form={form} name={`${severity}.roles`} label={say.roles} help={say.rolesHelp} isLatin />
      <RouteUsers form={form} severity={severity} />
      <div className="flex flex-wrap items-center gap-x-5">
        <span className="text-ink2 font-medium">{say.over}</span>
        <CheckField form={form} name={`${severity}.inApp`} label={kinds.channels.inApp} />
        <CheckField form={form} name={`${severity}.email`} label={kinds.channels.email} />
      </div>
      <Targets form={form} severity={severity} />
    </fieldset>
  );
}

function Targets({ form, severity }: RouteFieldsProps) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const { fields, append, remove } = useFieldArray({ control: form.control, name: `${severity}.targets` });
  const channels = targetChannels.map((one) => [one, kinds.channels[one]] as const);
  return (
    <div className="grid gap-3">
      <p className="grid">
        <span className="text-ink2 font-medium">{say.targets}</span>
        <span className="text-meta text-ink3">{say.targetsHelp}</span>
      </p>
      {fields.map(({ id, recipient }, at) => (
        <div key={id} className="grid items-start gap-3 sm:grid-cols-[120px_1fr_110px_32px]">
          <SelectField
            form={form}
            name={`${severity}.targets.${at}.channel`}
            label={kinds.channel}
            options={channels}
          />
          <TextField
            form={form}
            name={`${severity}.targets.${at}.recipient`}
            label={say.address}
            isLatin
            maxLength={2048}
            rules={{ validate: (text: unknown) => String(text).trim() !== '' || say.addressMissing }}
          />
          <SelectField
            form={form}
            name={`${severity}.targets.${at}.language`}
            label={say.language}
            options={Object.entries(kinds.languages)}
          />
          <Button
            look="quiet"
            isSquare
            aria-label={say.remove(recipient || say.address)}
            className="sm:mt-6"
            onClick={() => remove(at)}
          >
            <Icon name="trash" />
          </Button>
        </div>
      ))}
      <Button
        className="justify-self-start"
        onClick={() => append({ channel: 'slack', recipient: 'default', language: 'en' })}
      >
        <Icon name="plus" />
        {say.add}
      </Button>
    </div>
  );
}
