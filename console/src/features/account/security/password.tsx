import { useState } from 'react';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { SaveForm } from '../form.tsx';
import { Panel } from '../parts.tsx';
import { words } from './words.ts';

const EMPTY = { currentPassword: '', newPassword: '' };

export function Password() {
  const say = useTexts(words);
  const tell = useToast();
  const [isOpen, setOpen] = useState(false);
  const form = useFields(EMPTY);
  const close = () => {
    form.reset();
    setOpen(false);
  };
  const save = async (body: typeof EMPTY) => {
    await take(client.api.POST('/api/v1/users/change-password', { body }));
    tell(say.passwordChanged);
    close();
  };
  return (
    <Panel
      title={say.password}
      about={say.passwordAbout}
      action={!isOpen && <Button onClick={() => setOpen(true)}>{say.changePassword}</Button>}
    >
      {isOpen && (
        <SaveForm form={form} onSave={save} action={say.changePassword} onCancel={close}>
          <TextField
            form={form}
            name="currentPassword"
            label={say.currentPassword}
            help={say.noPassword}
            type="password"
            autoComplete="current-password"
            rules={{ required: say.passwordMissing }}
            isLatin
          />
          <TextField
            form={form}
            name="newPassword"
            label={say.newPassword}
            help={say.newPasswordHelp}
            type="password"
            autoComplete="new-password"
            rules={{ required: say.passwordMissing }}
            isLatin
          />
        </SaveForm>
      )}
    </Panel>
  );
}
