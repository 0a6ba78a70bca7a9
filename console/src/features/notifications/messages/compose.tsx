import { useRef, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { FormFailure, LeaveGuard, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { channels } from '../kinds.ts';
import { templateQuery, templatesQuery } from '../templates/queries.ts';
import { words as shared } from '../words.ts';
import { create, EMPTY, repeat, type Draft } from './draft.ts';
import { MESSAGES } from './queries.ts';
import { RecipientField } from './recipient.tsx';
import { WhenFields } from './when.tsx';
import { words } from './words.ts';

const route = getRouteApi('/notifications/');

/** A new message; from the template that the address names. */
export function ComposeDrawer({ onGo }: { readonly onGo: (id: string | undefined) => void }) {
  const say = useTexts(words);
  const { template: templateId = '' } = route.useSearch();
  const { can } = useMe();
  const { data, isLoading } = useQuery({
    ...templateQuery(templateId),
    enabled: templateId !== '' && can('notifications.templates.manage'),
  });
  const start = data ? { ...EMPTY, template: data.id, channel: data.channel } : EMPTY;
  return (
    <Drawer title={say.compose} onClose={() => onGo(undefined)}>
      {isLoading ? <Skeleton rows={5} /> : <ComposeForm start={start} onSent={onGo} />}
    </Drawer>
  );
}

function ComposeForm({ start, onSent }: { readonly start: Draft; readonly onSent: (id: string) => void }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const language = useLanguage();
  const { can } = useMe();
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields<Draft>(start);
  const accepted = useRef<string>(undefined); // a schedule that is refused is tried again without a second message
  const [isSent, setSent] = useState(false);
  const when = form.watch('when');
  const template = form.watch('template');

  const send = useMutation({
    mutationFn: async (draft: Draft) => {
      accepted.current ??= await create(draft, language);
      if (draft.when === 'repeat') await repeat(accepted.current, draft, language);
      return accepted.current;
    },
    onSuccess: async (id, draft) => {
      setSent(true);
      tell(draft.when === 'now' ? say.sent : say.scheduled);
      await queries.invalidateQueries({ queryKey: MESSAGES });
      setTimeout(() => onSent(id)); // once nothing is unsaved any more
    },
    onError: (error) => void showProblem(form, error),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((draft) => send.mutate(draft))(event)}
      className="grid gap-4 p-5"
    >
      <SelectField
        form={form}
        name="channel"
        label={kinds.channel}
        options={channels.map((one) => [one, kinds.channels[one]])}
        rules={{ onChange: () => form.setValue('template', '') }}
      />
      <RecipientField form={form} />
      {can('notifications.templates.manage') && <TemplateChoice form={form} />}
      {template === '' ? <OwnText form={form} /> : <Values form={form} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          form={form}
          name="language"
          label={say.language}
          options={[['', say.readers], ...Object.entries(kinds.languages)]}
        />
        <SelectField
          form={form}
          name="category"
          label={say.category}
          options={(['general', 'reminders', 'product'] as const).map((one) => [one, kinds.categories[one] ?? one])}
        />
      </div>
      <WhenFields form={form} />
      <FormFailure error={send.error} />
      <Button type="submit" look="primary" disabled={send.isPending} className="justify-self-start">
        {when === 'now' ? say.send : say.schedule}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty && !isSent} />
    </form>
  );
}

interface FormProps {
  readonly form: ReturnType<typeof useFields<Draft>>;
}

function TemplateChoice({ form }: FormProps) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const channel = form.watch('channel');
  const chosen = form.watch('template');
  const { data } = useQuery(templatesQuery({ channel, pageSize: 100 }));
  const { data: own } = useQuery({ ...templateQuery(chosen), enabled: chosen !== '' });
  const found = data?.items ?? [];
  // The chosen one is an option from the start, also where there are more than one page.
  const all = own && !found.some(({ id }) => id === own.id) ? [own, ...found] : found;
  return (
    <SelectField
      key={all.length}
      form={form}
      name="template"
      label={say.template}
      options={[
        ['', say.ownText],
        ...all.map(({ id, name, language }) => [id, `${name} · ${kinds.languages[language] ?? language}`] as const),
      ]}
    />
  );
}

function OwnText({ form }: FormProps) {
  const say = useTexts(words);
  return (
    <>
      <TextField form={form} name="subject" label={say.subject} maxLength={500} />
      <TextField
        form={form}
        name="body"
        label={say.body}
        rows={6}
        rules={{ validate: (text: unknown) => String(text).trim() !== '' || say.bodyMissing }}
      />
    </>
  );
}

function Values({ form }: FormProps) {
  const say = useTexts(words);
  const { data } = useQuery(templateQuery(form.watch('template')));
  return (data?.variables ?? []).map((name) => (
    <TextField key={name} form={form} name={`values.${name}`} label={say.variable(name)} />
  ));
}
