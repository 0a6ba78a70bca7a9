import { useState } from 'react';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useMe, useSession } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { SaveForm } from '../form.tsx';
import { Panel, Part, useAct } from '../parts.tsx';
import { words } from './words.ts';

export function DataPage() {
  const say = useTexts(words);
  return (
    <Part title={say.title} path="/api/v1/users/me/export">
      <Export />
      <Delete />
    </Part>
  );
}

function Export() {
  const say = useTexts(words);
  const { run, error, isPending } = useAct();
  const load = async () => {
    const archive = await take<Blob>(client.api.GET('/api/v1/users/me/export', { parseAs: 'blob' }));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(archive);
    link.download = 'my-data.zip';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  return (
    <Panel
      title={say.export}
      about={say.exportAbout}
      action={
        <Button disabled={isPending} onClick={() => run({ work: load, done: say.exported })}>
          <Icon name="download" />
          {isPending ? say.exporting : say.exportAction}
        </Button>
      }
    >
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
    </Panel>
  );
}

function Delete() {
  const say = useTexts(words);
  const { email, phone } = useMe();
  const { signOut } = useSession();
  const [isOpen, setOpen] = useState(false);
  const form = useFields({ typed: '' });
  const name = email ?? phone ?? '';
  const remove = async () => {
    await take(client.api.DELETE('/api/v1/users/me'));
    // The session is over already, with the account.
    await signOut().catch(() => location.reload());
  };
  return (
    <Panel
      title={say.delete}
      about={say.deleteAbout}
      action={
        !isOpen && (
          <Button look="danger" onClick={() => setOpen(true)}>
            {say.deleteAction}
          </Button>
        )
      }
    >
      {isOpen && (
        <SaveForm form={form} onSave={remove} action={say.deleteForGood} isDanger onCancel={() => setOpen(false)}>
          <p className="text-ink2">{say.deleteText}</p>
          <TextField
            form={form}
            name="typed"
            label={say.typeName(name)}
            autoComplete="off"
            rules={{ validate: (typed) => toPlain(typed).trim().toLowerCase() === name.toLowerCase() || say.notTheName }}
            isLatin
          />
        </SaveForm>
      )}
    </Panel>
  );
}
