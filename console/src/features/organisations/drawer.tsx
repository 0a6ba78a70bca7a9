import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Organisation } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useFound } from './changes.ts';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';
import { Overview } from './overview.tsx';
import { organisationQuery, ownQuery } from './queries.ts';
import { tabs, type OrganisationTab } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/organisations');

export function OrganisationDrawer({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  if (id !== 'new') return <OneOrganisation id={id} ids={ids} onGo={onGo} />;
  return (
    <Drawer title={say.new} onClose={() => onGo(undefined)}>
      <Founding onFounded={onGo} />
    </Drawer>
  );
}

function OneOrganisation({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const navigate = route.useNavigate();
  const { tab: asked = 'overview' } = route.useSearch();
  const { data: own } = useQuery(ownQuery());
  const role = own?.items.find((one) => one.id === id)?.role ?? null;
  // Of other roles only the server knows what they allow there; it refuses what they do not.
  const isManager = can('organisations.access') || role === 'admin';
  const maySeeInvitations = isManager || (role !== null && role !== 'user');
  const shown = tabs.filter((tab) => tab !== 'invitations' || maySeeInvitations);
  const tab = shown.find((one) => one === asked) ?? 'overview';
  const close = () => void navigate({ search: ({ open: _, tab: __, ...before }) => before });
  const parts = (organisation: Organisation) => ({ organisation, role, isManager });
  return (
    <RowDrawer
      id={id}
      ids={ids}
      onGo={(next) => (next === undefined ? close() : onGo(next))}
      isWide
      title={(organisation) => organisation?.name ?? say.title}
      query={useQuery(organisationQuery(id))}
      permission="organisations.access"
    >
      {(organisation) => (
        <div className="pt-2 pb-6">
          <Tabs<OrganisationTab>
            label={say.parts}
            value={tab}
            options={shown.map((one) => [one, say.tabs[one]] as const)}
            onChange={(next) => void navigate({ search: (before) => ({ ...before, tab: next }) })}
          >
            {tab === 'overview' && <Overview key={id} {...parts(organisation)} onGone={close} />}
            {tab === 'members' && (
              <Members key={id} {...parts(organisation)} mayChange={maySeeInvitations} onLeft={close} />
            )}
            {tab === 'invitations' && <Invitations key={id} organisation={organisation} />}
          </Tabs>
        </div>
      )}
    </RowDrawer>
  );
}

function Founding({ onFounded }: { readonly onFounded: (id: string) => void }) {
  const say = useTexts(words);
  const tell = useToast();
  const form = useFields({ name: '' });
  const found = useFound();
  const submit = form.handleSubmit(({ name }) =>
    found.mutate(name.trim(), {
      onSuccess: (organisation) => {
        form.reset({ name });
        tell(say.founded(organisation.name));
        setTimeout(() => onFounded(organisation.id)); // once nothing is unsaved any more
      },
      onError: (error) => showProblem(form, error),
    }),
  );
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 p-5">
      <TextField
        form={form}
        name="name"
        label={say.name}
        help={say.foundHelp}
        maxLength={100}
        autoComplete="off"
        rules={{ validate: (text) => text.trim() !== '' || say.nameMissing }}
      />
      {!form.formState.errors.name && <FormFailure error={found.error} />}
      <Button type="submit" look="primary" disabled={found.isPending} className="justify-self-start">
        {say.found}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </form>
  );
}
