import { useState } from 'react';
import type { Webhook } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { FormFailure, SelectField, useFields } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useRotate } from './queries.ts';
import { words } from './words.ts';

const HOURS = ['0', '1', '24', '72', '168'] as const;

export interface ShownSecret {
  readonly secret: string;
  readonly previousValidUntil: string | null;
}

/** The only time that a secret is shown. It is in the memory of this page until it is closed. */
export function SecretOnce({ shown, onKept }: { readonly shown: ShownSecret; readonly onKept: () => void }) {
  const say = useTexts(words);
  return (
    <div className="grid gap-3 p-5">
      <p role="status" className="bg-warn-soft text-warn rounded-lg px-3 py-2">
        {say.secretOnce}
      </p>
      <Code name={say.secret} text={shown.secret} />
      {shown.previousValidUntil !== null && (
        <p className="text-ink2">
          {say.previousUntil} <Time at={shown.previousValidUntil} />
        </p>
      )}
      <p>
        <Button look="primary" onClick={onKept}>
          {say.secretKept}
        </Button>
      </p>
    </div>
  );
}

export function RotateSecret({ webhook }: { readonly webhook: Webhook }) {
  const say = useTexts(words);
  const [shown, setShown] = useState<ShownSecret | null>(null);
  const form = useFields({ hours: '24' });
  const rotate = useRotate();
  const send = form.handleSubmit(({ hours }) =>
    rotate.mutate({ base: webhook, overlapHours: Number(hours) }, { onSuccess: setShown }),
  );
  if (shown) return <SecretOnce shown={shown} onKept={() => setShown(null)} />;
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="grid gap-3 px-5">
      <h2 className="font-semibold">{say.rotateTitle}</h2>
      <p className="text-ink2">{say.rotateText}</p>
      <SelectField
        form={form}
        name="hours"
        label={say.overlap}
        options={HOURS.map((one) => [one, say.overlaps[one]])}
      />
      <FormFailure error={rotate.error} />
      <p>
        <Button type="submit" disabled={rotate.isPending}>
          {say.rotate}
        </Button>
      </p>
    </form>
  );
}
