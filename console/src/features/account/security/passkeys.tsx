import { useState } from 'react';
import { take, type Passkey } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { createPasskey, hasPasskeys } from '#app/server/passkeys.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { SaveForm } from '../form.tsx';
import { Loaded, Nothing, Panel, Rows, useAct } from '../parts.tsx';
import type { FactorProps } from './authenticator.tsx';
import { FactorRow } from './factor-row.tsx';
import { usePasskeys } from './queries.ts';
import { words } from './words.ts';

type Kind = 'passkeys' | 'security-keys';

export function Keys({ onCodes }: FactorProps) {
  const say = useTexts(words);
  const keys = usePasskeys();
  const [adding, setAdding] = useState<Kind | null>(null);
  const [asked, setAsked] = useState<Passkey | null>(null);
  const form = useFields({ name: '' });
  const { run, error, isPending } = useAct('passkeys', 'mfa');
  const close = () => {
    form.reset();
    setAdding(null);
  };
  const add = (kind: Kind) => async (values: { name: string }) => {
    const { recoveryCodes } = await createPasskey(kind, values.name.trim());
    close();
    run({ work: async () => {}, done: say.keyAdded }); // reads both lists again
    if (recoveryCodes) onCodes(recoveryCodes);
  };
  const remove = ({ id }: Passkey) =>
    run({
      work: () => take(client.api.DELETE('/api/v1/users/passkeys/{id}', { params: { path: { id } } })),
      done: say.keyRemoved,
    });
  return (
    <Panel
      title={say.passkeys}
      about={hasPasskeys() ? say.passkeysAbout : say.noPasskeysHere}
      action={
        hasPasskeys() &&
        !adding && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setAdding('passkeys')}>{say.addPasskey}</Button>
            <Button onClick={() => setAdding('security-keys')}>{say.addKey}</Button>
          </div>
        )
      }
    >
      {adding && (
        <SaveForm
          form={form}
          onSave={add(adding)}
          action={adding === 'passkeys' ? say.addPasskey : say.addKey}
          onCancel={close}
        >
          <TextField
            form={form}
            name="name"
            label={say.keyName}
            help={adding === 'passkeys' ? say.keyNameHelp : say.keyHelp}
            maxLength={80}
          />
        </SaveForm>
      )}
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
      <Loaded query={keys} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={say.noKeys} />
          ) : (
            <Rows>
              {items.map((key) => (
                <FactorRow
                  key={key.id}
                  title={
                    <>
                      <bdi>{key.name}</bdi>
                      {key.isSecondFactorOnly && <Badge>{say.secondFactorOnly}</Badge>}
                      {key.isBackedUp && <Badge>{say.backedUp}</Badge>}
                    </>
                  }
                  createdAt={key.createdAt}
                  lastUsedAt={key.lastUsedAt}
                  action={say.remove}
                  actionNamed={say.removeKey(key.name)}
                  isBusy={isPending}
                  onRemove={() => setAsked(key)}
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {asked && (
        <Confirm
          title={say.removeKeyTitle}
          text={say.removeKeyText(asked.name)}
          action={say.removeKey(asked.name)}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            remove(asked);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Panel>
  );
}
