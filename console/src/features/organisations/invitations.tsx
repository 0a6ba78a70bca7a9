import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Invitation, Organisation } from '#client';
import { Refusal } from '#app/features/roles/parts.tsx';
import { ListHead } from '#app/list/tools.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useInviteMember, useWithdraw } from './changes.ts';
import { INVITATIONS, invitationsQuery } from './queries.ts';
import { RoleSelect } from './role-select.tsx';
import { words } from './words.ts';

/** Invitations that nobody has answered yet. */
export function Invitations({ organisation }: { readonly organisation: Organisation }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const tell = useToast();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    invitationsQuery(organisation.id),
  );
  const withdraw = useWithdraw(organisation.id);
  const [asking, setAsking] = useState<Invitation | null>(null);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  if (error && !data)
    return <Failure error={error} permission="organisations.members" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={3} />;
  const confirm = () => {
    if (!asking) return;
    setAsking(null);
    withdraw.mutate(asking.id, { onSuccess: () => tell(say.withdrawn(addressOf(asking))) });
  };
  return (
    <div className="grid gap-6 px-5">
      <Invite organisationId={organisation.id} />
      <section className="grid gap-2">
        <ListHead
          title={say.tabs.invitations}
          call={{ path: INVITATIONS, params: { organisationId: organisation.id } }}
          isEmpty={items.length === 0}
        >
          <h2 className="text-ink2 font-semibold">{say.open}</h2>
        </ListHead>
        <div className="border-line rounded-xl border">
          {items.length === 0 && <Empty text={say.noInvitations} />}
          <ul className="divide-line divide-y">
            {items.map((invitation) => (
              <li key={invitation.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <div className="min-w-0 flex-1">
                  <bdi className="font-medium break-all">{addressOf(invitation)}</bdi>
                  <p className="text-meta text-ink2">
                    {say.openUntil(invitation.role, fmt.instant(invitation.expiresAt))}
                  </p>
                </div>
                <Button
                  look="danger"
                  disabled={withdraw.isPending}
                  aria-label={`${say.withdraw}: ${addressOf(invitation)}`}
                  onClick={() => setAsking(invitation)}
                >
                  {say.withdraw}
                </Button>
              </li>
            ))}
          </ul>
        </div>
        {hasNextPage && (
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()} className="justify-self-start">
            {say.more}
          </Button>
        )}
        <Refusal error={withdraw.error} />
      </section>
      {asking && (
        <Confirm
          title={say.withdrawTitle(addressOf(asking))}
          text={say.withdrawText}
          action={say.withdraw}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(null)}
        />
      )}
    </div>
  );
}

function addressOf({ email, phone }: Invitation): string {
  return email ?? phone ?? '';
}

function Invite({ organisationId }: { readonly organisationId: string }) {
  const say = useTexts(words);
  const tell = useToast();
  const form = useFields({ email: '' });
  const [role, setRole] = useState('user');
  const invite = useInviteMember(organisationId);
  const submit = form.handleSubmit(({ email }) =>
    invite.mutate(
      { email: email.trim(), role },
      {
        onSuccess: () => (form.reset(), tell(say.inviteSent(email.trim()))),
        onError: (error) => showProblem(form, error),
      },
    ),
  );
  const pattern = { value: /^\s*\S+@\S+\.\S+\s*$/, message: say.emailInvalid };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-3">
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_auto]">
        <TextField
          form={form}
          name="email"
          label={say.inviteAddress}
          help={say.inviteHelp}
          isLatin
          inputMode="email"
          autoComplete="off"
          rules={{ required: say.emailInvalid, pattern }}
        />
        <RoleSelect value={role} onChange={setRole} />
      </div>
      {!form.formState.errors.email && <Refusal error={invite.error} />}
      <Button type="submit" look="primary" disabled={invite.isPending} className="justify-self-start">
        {say.invite}
      </Button>
    </form>
  );
}
