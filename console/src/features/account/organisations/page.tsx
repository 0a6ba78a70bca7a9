import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { take, type OwnInvitation, type OwnOrganisation } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useMe, useSession } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { SaveForm } from '../form.tsx';
import { Loaded, Nothing, Panel, Part, Row, Rows, useAct } from '../parts.tsx';
import { organisationsQuery } from '../queries.ts';
import { words } from './words.ts';

const ALL = '/api/v1/organisations';
const ONE = '/api/v1/organisations/invitations/{invitationId}';

export function OrganisationsPage() {
  const say = useTexts(words);
  const { can } = useMe();
  return (
    <Part title={say.title} path="/api/v1/organisations" isList>
      <Invitations />
      <Own />
      {can('organisations.create') && <Found />}
    </Part>
  );
}

/** Absent where there are none. */
function Invitations() {
  const say = useTexts(words);
  const { data } = useQuery({
    queryKey: ['account', 'invitations'],
    queryFn: ({ signal }) => take(client.api.GET(`${ALL}/invitations`, { signal })),
  });
  const { run, error, isPending } = useAct('invitations', 'organisations');
  if (!data || data.items.length === 0) return null;
  const answer = ({ id, organisationName }: OwnInvitation, verb: 'accept' | 'decline') => {
    const params = { path: { invitationId: id } };
    run({
      work: () =>
        verb === 'accept'
          ? take(client.api.POST(`${ONE}/accept`, { params }))
          : take(client.api.POST(`${ONE}/decline`, { params })),
      done: verb === 'accept' ? say.joined(organisationName) : say.declined,
    });
  };
  return (
    <Panel title={say.invitations}>
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
      <Rows>
        {data.items.map((invitation) => (
          <Row
            key={invitation.id}
            title={<bdi>{invitation.organisationName}</bdi>}
            facts={
              <>
                <span>{say.role(invitation.role)}</span>
                {invitation.invitedBy !== null && <span>{say.invitedBy(invitation.invitedBy)}</span>}
                <span>
                  {say.until} <Time at={invitation.expiresAt} />
                </span>
              </>
            }
            action={
              <div className="flex gap-2">
                <Button look="primary" disabled={isPending} onClick={() => answer(invitation, 'accept')}>
                  {say.accept}
                </Button>
                <Button disabled={isPending} onClick={() => answer(invitation, 'decline')}>
                  {say.decline}
                </Button>
              </div>
            }
          />
        ))}
      </Rows>
    </Panel>
  );
}

function Own() {
  const say = useTexts(words);
  const { id: userId } = useMe();
  const { begin } = useSession();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<OwnOrganisation | null>(null);
  const organisations = useQuery(organisationsQuery);
  const { run, error, isPending } = useAct('organisations');
  const workIn = (organisationId: string | null) =>
    run({
      work: async () => {
        await take(client.api.PUT(`${ALL}/active`, { body: { organisationId } }));
        await begin(); // what they may do has changed
        await queries.invalidateQueries();
      },
    });
  const leave = ({ id, name }: OwnOrganisation) => {
    const params = { path: { organisationId: id, userId } };
    run({
      work: () => take(client.api.DELETE(`${ALL}/{organisationId}/members/{userId}`, { params })),
      done: say.left(name),
    });
  };
  return (
    <Panel title={say.own} about={say.ownAbout}>
      {error && (
        <div className="p-4">
          <FailureText error={error} />
        </div>
      )}
      <Loaded query={organisations} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={say.empty} />
          ) : (
            <Rows>
              {items.map((one) => (
                <Row
                  key={one.id}
                  title={
                    <>
                      <bdi>{one.name}</bdi>
                      {one.isActive && <Badge state="ok">{say.active}</Badge>}
                    </>
                  }
                  facts={
                    <>
                      <span>{say.role(one.role)}</span>
                      <span>
                        {say.since} <Time at={one.joinedAt} />
                      </span>
                    </>
                  }
                  action={
                    <div className="flex flex-wrap gap-2">
                      <Button disabled={isPending} onClick={() => workIn(one.isActive ? null : one.id)}>
                        {one.isActive ? say.stopWork : say.work}
                      </Button>
                      <Button
                        look="danger"
                        disabled={isPending}
                        aria-label={say.leaveNamed(one.name)}
                        onClick={() => setAsked(one)}
                      >
                        {say.leave}
                      </Button>
                    </div>
                  }
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {asked && (
        <Confirm
          title={say.leaveTitle}
          text={say.leaveText(asked.name)}
          action={say.leaveNamed(asked.name)}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            leave(asked);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Panel>
  );
}

function Found() {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields({ name: '' });
  const save = async ({ name }: { name: string }) => {
    await take(client.api.POST(ALL, { body: { name: name.trim() } }));
    await queries.invalidateQueries({ queryKey: ['account', 'organisations'] });
    form.reset();
    tell(say.founded(name.trim()));
  };
  return (
    <Panel title={say.found}>
      <SaveForm form={form} onSave={save} action={say.found}>
        <TextField form={form} name="name" label={say.name} rules={{ required: say.nameMissing }} maxLength={100} />
      </SaveForm>
    </Panel>
  );
}
