import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { FormFailure, LeaveGuard, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { rulesQuery, useCreateSilence } from './queries.ts';
import { words } from './words.ts';

const MINUTE_MS = 60_000;
const MINUTES = ['30', '60', '240', '1440', '10080'] as const;
const route = getRouteApi('/incidents');

/** `type`, as the library of forms wants it. */
type Fields = { kind: 'service' | 'ruleId' | 'fingerprint'; service: string; ruleId: string; fingerprint: string; minutes: string; reason: string }; // prettier-ignore

export function SilenceForm({ onDone }: { readonly onDone: () => void }) {
  const say = useTexts(words);
  const { fingerprint = '', rule = '' } = route.useSearch();
  const tell = useToast();
  const create = useCreateSilence();
  const { data: rules } = useQuery(rulesQuery({ pageSize: 100 }));
  const form = useFields<Fields>({
    kind: fingerprint === '' ? (rule === '' ? 'service' : 'ruleId') : 'fingerprint',
    service: '',
    ruleId: rule,
    fingerprint,
    minutes: '60',
    reason: '',
  });
  const kind = form.watch('kind');
  const required = { required: say.required, validate: (value: string) => value.trim() !== '' || say.required };
  const send = form.handleSubmit((fields) => {
    const now = Date.now();
    const body = {
      [fields.kind]: fields[fields.kind].trim(),
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + Number(fields.minutes) * MINUTE_MS).toISOString(),
      reason: fields.reason.trim(),
    };
    create.mutate(body, {
      onSuccess: () => {
        form.reset(fields); // nothing is unsaved any more
        tell(say.silenceCreated);
        setTimeout(onDone);
      },
      onError: (error) => void showProblem(form, error),
    });
  });
  return (
    <Drawer title={say.newSilence} onClose={onDone}>
      <form noValidate onSubmit={(event) => void send(event)} className="grid gap-4 p-5">
        <p className="text-ink2">{say.silenceHelp}</p>
        <SelectField
          form={form}
          name="kind"
          label={say.holdsFor}
          options={(['service', 'ruleId', 'fingerprint'] as const).map((one) => [one, say.matchers[one]] as const)}
        />
        {kind === 'service' && (
          <TextField
            form={form}
            name="service"
            label={say.service}
            help={say.globHelp}
            rules={required}
            isLatin
            maxLength={200}
          />
        )}
        {kind === 'ruleId' && (
          <SelectField
            form={form}
            name="ruleId"
            label={say.rule}
            rules={required}
            options={[['', say.choose], ...(rules?.items ?? []).map(({ id, name }) => [id, name] as const)]}
          />
        )}
        {kind === 'fingerprint' && (
          <TextField form={form} name="fingerprint" label={say.fingerprint} rules={required} isMono maxLength={200} />
        )}
        <SelectField
          form={form}
          name="minutes"
          label={say.duration}
          options={MINUTES.map((one) => [one, say.durations[one]] as const)}
        />
        <TextField form={form} name="reason" label={say.reason} rules={required} rows={2} maxLength={1000} />
        <FormFailure error={create.error} />
        <Button type="submit" look="primary" disabled={create.isPending} className="justify-self-start">
          {say.createSilence}
        </Button>
      </form>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </Drawer>
  );
}
