import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { AccountFactor, User } from '#client';
import { Loaded, Nothing, Panel, Row, Rows } from '#app/features/account/parts.tsx';
import { FactorRow } from '#app/features/account/security/factor-row.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { nameOf } from '../name.ts';
import { factorsQuery, useRemoveFactors } from './queries.ts';
import { words } from './words.ts';

/** What signs in to the account beside the password. It is removed for its owner only, and never added. */
export function Factors({ user }: { readonly user: User }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const factors = useQuery(factorsQuery(user.id));
  const removeAll = useRemoveFactors(user);
  const [isAsked, setAsked] = useState(false);
  const hasSecond = factors.data?.items.some(({ factor }) => factor !== 'identity') ?? false;
  return (
    <Panel
      title={say.factors}
      about={say.factorsAbout}
      action={
        hasSecond && (
          <Button look="danger" disabled={removeAll.isPending} onClick={() => setAsked(true)}>
            {say.removeAll}
          </Button>
        )
      }
    >
      {removeAll.error && (
        <div className="p-4">
          <FormFailure error={removeAll.error} />
        </div>
      )}
      <Loaded query={factors} rows={3} permission="users.access">
        {({ items, hasPassword, recoveryCodesLeft }) => (
          <Rows>
            <Row
              title={say.password}
              action={<Badge state={hasPassword ? 'ok' : 'plain'}>{hasPassword ? say.isSet : say.isNotSet}</Badge>}
            />
            {items.map((one) => (
              <Factor key={`${one.factor}${one.id ?? ''}`} user={user} factor={one} />
            ))}
            {recoveryCodesLeft > 0 && <CodesLeft count={recoveryCodesLeft} />}
            {items.length === 0 && (
              <li>
                <Nothing text={say.noFactors} />
              </li>
            )}
          </Rows>
        )}
      </Loaded>
      {isAsked && (
        <Confirm
          title={say.removeAllTitle(nameOf(user))}
          text={say.removeAllText}
          action={say.removeAll}
          cancel={cancel}
          onConfirm={() => {
            setAsked(false);
            removeAll.mutate(null, { onSuccess: () => tell(say.removedAll) });
          }}
          onCancel={() => setAsked(false)}
        />
      )}
    </Panel>
  );
}

function CodesLeft({ count }: { readonly count: number }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return <Row title={say.recoveryCodes} action={<span className="text-ink2">{say.left(fmt.number(count))}</span>} />;
}

interface FactorProps {
  readonly user: User;
  readonly factor: AccountFactor;
}

function Factor({ user, factor }: FactorProps) {
  const say = useTexts(words);
  const [isOpen, setOpen] = useState(false);
  const name = factor.name || say.kinds.totp;
  return (
    <>
      <FactorRow
        title={
          <>
            <bdi>{name}</bdi>
            {factor.factor !== 'totp' && <Badge>{say.kinds[factor.factor]}</Badge>}
          </>
        }
        createdAt={factor.createdAt}
        lastUsedAt={factor.lastUsedAt}
        action={say.remove}
        actionNamed={say.removeNamed(name)}
        isBusy={isOpen}
        onRemove={() => setOpen(true)}
      />
      {isOpen && (
        <li>
          <RemoveFactor user={user} factor={factor} name={name} onClose={() => setOpen(false)} />
        </li>
      )}
    </>
  );
}

interface RemoveFactorProps extends FactorProps {
  readonly name: string;
  readonly onClose: () => void;
}

/** The reason is asked for, since the person reads it. */
function RemoveFactor({ user, factor: { factor, id }, name, onClose }: RemoveFactorProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const form = useFields({ reason: '' });
  const remove = useRemoveFactors(user);
  useEffect(() => form.setFocus('reason'), [form]);
  const submit = form.handleSubmit(({ reason }) =>
    remove.mutate(
      { factor, id, reason: reason.trim() },
      { onSuccess: () => tell(say.removed(name)), onError: (error) => showProblem(form, error) },
    ),
  );
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="bg-raised grid gap-3 px-4 py-3">
      <p>{say.removeText(name)}</p>
      <TextField
        form={form}
        name="reason"
        label={say.reason}
        help={say.reasonHelp}
        rows={2}
        maxLength={500}
        rules={{ validate: (text) => text.trim().length >= 10 || say.reasonShort }}
      />
      <FormFailure error={remove.error} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="danger" disabled={remove.isPending}>
          {say.removeNamed(name)}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {cancel}
        </Button>
      </div>
    </form>
  );
}
