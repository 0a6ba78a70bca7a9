import { useState } from 'react';
import { Dialog } from 'radix-ui';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Panel, useAct } from '../parts.tsx';
import type { FactorProps } from './authenticator.tsx';
import { useMfa } from './queries.ts';
import { words } from './words.ts';

/** Only for accounts with a second factor: without one they would be of no use. */
export function RecoveryCodes({ onCodes }: FactorProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data } = useMfa();
  const [isAsked, setAsked] = useState(false);
  const { run, error, isPending } = useAct('mfa');
  if (!data || (!data.totp && data.passkeys === 0)) return null;
  const renew = () =>
    run({
      work: async () => onCodes((await take(client.api.POST('/api/v1/users/mfa/recovery-codes'))).recoveryCodes),
    });
  return (
    <Panel
      title={say.recoveryCodes}
      about={say.recoveryLeft(fmt.number(data.recoveryCodesLeft))}
      action={
        <Button disabled={isPending} onClick={() => (data.recoveryCodesLeft > 0 ? setAsked(true) : renew())}>
          {say.renewCodes}
        </Button>
      }
    >
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
      {isAsked && (
        <Confirm
          title={say.renewCodesTitle}
          text={say.renewCodesText(fmt.number(data.recoveryCodesLeft))}
          action={say.renewCodes}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(false);
            renew();
          }}
          onCancel={() => setAsked(false)}
        />
      )}
    </Panel>
  );
}

/** Stays until its reader says that the codes are kept: nobody can show them again. */
export function CodesOnce({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const say = useTexts(words);
  const stay = (event: Event) => event.preventDefault();
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-shade fixed inset-0 z-[60]" />
        <Dialog.Content
          onEscapeKeyDown={stay}
          onInteractOutside={stay}
          className="bg-sheet border-line fixed inset-x-4 top-[12vh] z-[70] mx-auto grid max-h-[80dvh] max-w-md gap-3 overflow-y-auto rounded-2xl border p-5 shadow-2xl"
        >
          <Dialog.Title className="text-[15px] font-semibold">{say.codesOnce}</Dialog.Title>
          <Dialog.Description className="text-ink2">{say.codesOnceText}</Dialog.Description>
          <Code name={say.recoveryCodes} text={codes.join('\n')} />
          <div className="flex justify-end">
            <Button look="primary" onClick={onKept}>
              {say.codesKept}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
