import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { NewTemplate } from '#client';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import {
  CheckField,
  FormFailure,
  LeaveGuard,
  SelectField,
  showProblem,
  TextField,
  useFields,
} from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { channels } from '../kinds.ts';
import { words as shared } from '../words.ts';
import { createTemplate, TEMPLATES } from './queries.ts';
import { words } from './words.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

/** A new template; it is edited beside its preview afterwards. */
export function CreateDrawer({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const navigate = useNavigate();
  const tell = useToast();
  const queries = useQueryClient();
  const [isDone, setDone] = useState(false);
  const form = useFields<Required<NewTemplate>>({
    name: '',
    channel: 'email',
    language: 'en',
    subjectTemplate: '',
    bodyTemplate: '',
    allowsLogic: false,
  });
  const create = useMutation({
    mutationFn: createTemplate,
    onSuccess: async ({ id }) => {
      setDone(true);
      tell(say.created);
      await queries.invalidateQueries({ queryKey: TEMPLATES });
      setTimeout(() => void navigate({ to: '/notifications/templates/$templateId', params: { templateId: id } }));
    },
    onError: (error) => void showProblem(form, error),
  });
  const matches = (pattern: RegExp, otherwise: string) => ({
    validate: (text: unknown) => pattern.test(toPlain(String(text)).trim()) || otherwise,
  });
  return (
    <Drawer title={say.create} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) =>
          void form.handleSubmit((values) =>
            create.mutate({ ...values, name: values.name.trim(), language: values.language.trim() }),
          )(event)
        }
        className="grid gap-4 p-5"
      >
        <TextField
          form={form}
          name="name"
          label={say.name}
          help={say.nameHelp}
          isLatin
          maxLength={100}
          rules={matches(NAME, say.nameInvalid)}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            form={form}
            name="channel"
            label={kinds.channel}
            options={channels.map((one) => [one, kinds.channels[one]])}
          />
          <TextField
            form={form}
            name="language"
            label={say.language}
            help={say.languageHelp}
            isLatin
            maxLength={35}
            rules={matches(LANGUAGE, say.languageMissing)}
          />
        </div>
        <TextField form={form} name="subjectTemplate" label={say.subject} maxLength={500} />
        <TextField
          form={form}
          name="bodyTemplate"
          label={form.watch('channel') === 'email' ? say.bodyHtml : say.body}
          help={say.bodyHelp}
          rows={8}
          rules={{ validate: (text) => String(text).trim() !== '' || say.bodyMissing }}
        />
        <CheckField form={form} name="allowsLogic" label={say.logic} />
        <FormFailure error={create.error} />
        <Button type="submit" look="primary" disabled={create.isPending} className="justify-self-start">
          {say.createThis}
        </Button>
        <LeaveGuard isDirty={form.formState.isDirty && !isDone} />
      </form>
    </Drawer>
  );
}
