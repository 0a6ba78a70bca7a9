import { useQuery } from '@tanstack/react-query';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Section } from '#app/ui/facts.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useAnswer } from './changes.ts';
import { ownInvitationsQuery } from './queries.ts';
import { words } from './words.ts';

/** Invitations that wait for the reader; nothing where there are none. */
export function Invited() {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const { data } = useQuery(ownInvitationsQuery());
  const answer = useAnswer();
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  const send = (invitationId: string, isAccepted: boolean, name: string) =>
    answer.mutate(
      { invitationId, isAccepted },
      { onSuccess: () => tell(isAccepted ? say.accepted(name) : say.declined(name)) },
    );
  return (
    <Section title={say.invited}>
      <ul className="border-line divide-line divide-y rounded-xl border">
        {items.map(({ id, organisationName, role, invitedBy, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
            <div className="min-w-0">
              <p className="font-medium break-words">
                <bdi>{organisationName}</bdi>
              </p>
              <p className="text-meta text-ink2">{say.invitedAs(role, invitedBy, fmt.instant(expiresAt))}</p>
            </div>
            <div className="flex gap-2">
              <Button disabled={answer.isPending} onClick={() => send(id, false, organisationName)}>
                {say.decline}
              </Button>
              <Button look="primary" disabled={answer.isPending} onClick={() => send(id, true, organisationName)}>
                {say.accept}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <FormFailure error={answer.error} />
    </Section>
  );
}
