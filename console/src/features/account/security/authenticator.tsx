import { useState } from 'react';
import { take, type TotpSecret } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { SaveForm } from '../form.tsx';
import { Loaded, Panel, useAct } from '../parts.tsx';
import { QrCode } from './qr-code.tsx';
import { useMfa } from './queries.ts';
import { words } from './words.ts';

export interface FactorProps {
  /** Recovery codes that came with the first factor: no other answer has them. */
  readonly onCodes: (codes: readonly string[]) => void;
}

export function AuthenticatorApp({ onCodes }: FactorProps) {
  const say = useTexts(words);
  const mfa = useMfa();
  const [secret, setSecret] = useState<TotpSecret | null>(null);
  const [isAsked, setAsked] = useState(false);
  const { run, error, isPending } = useAct('mfa');
  const start = () => run({ work: async () => setSecret(await take(client.api.POST('/api/v1/users/mfa/totp'))) });
  const remove = () => run({ work: () => take(client.api.DELETE('/api/v1/users/mfa/totp')), done: say.totpRemoved });
  return (
    <Panel
      title={say.totp}
      about={say.totpAbout}
      action={
        mfa.data &&
        !secret &&
        (mfa.data.totp ? (
          <div className="flex items-center gap-3">
            <Badge state="ok">{say.on}</Badge>
            <Button look="danger" disabled={isPending} onClick={() => setAsked(true)}>
              {say.removeTotp}
            </Button>
          </div>
        ) : (
          <Button disabled={isPending} onClick={start}>
            {say.setUpTotp}
          </Button>
        ))
      }
    >
      {error ? (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      ) : !mfa.data ? (
        <Loaded query={mfa} rows={1}>
          {() => null}
        </Loaded>
      ) : (
        secret && (
          <NewSecret
            secret={secret}
            onDone={(codes) => {
              setSecret(null);
              if (codes) onCodes(codes);
              void mfa.refetch();
            }}
            onCancel={() => setSecret(null)}
          />
        )
      )}
      {isAsked && (
        <Confirm
          title={say.removeTotpTitle}
          text={say.removeTotpText}
          action={say.removeTotp}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(false);
            remove();
          }}
          onCancel={() => setAsked(false)}
        />
      )}
    </Panel>
  );
}

interface NewSecretProps {
  readonly secret: TotpSecret;
  readonly onDone: (codes: readonly string[] | null) => void;
  readonly onCancel: () => void;
}

/** Works only once a code of the app has come back. */
function NewSecret({ secret, onDone, onCancel }: NewSecretProps) {
  const say = useTexts(words);
  const form = useFields({ code: '' });
  const confirm = async (body: { code: string }) => {
    const { recoveryCodes } = await take(client.api.POST('/api/v1/users/mfa/totp/confirm', { body }));
    onDone(recoveryCodes);
  };
  return (
    <SaveForm form={form} onSave={confirm} action={say.confirmTotp} onCancel={onCancel}>
      <p className="text-ink2">{say.scan}</p>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <QrCode text={secret.uri} label={say.qrCode} />
        <div className="grid min-w-0 flex-1 basis-56 gap-2">
          <p className="text-ink3 text-meta">{say.secretHelp}</p>
          <Copyable value={secret.secret} name={say.secret} />
          <p>
            <a href={secret.uri} className={buttonClass()}>
              {say.openApp}
            </a>
          </p>
        </div>
      </div>
      <TextField
        form={form}
        name="code"
        label={say.totpCode}
        autoComplete="one-time-code"
        inputMode="numeric"
        rules={{ required: say.codeMissing }}
        isLatin
      />
    </SaveForm>
  );
}
