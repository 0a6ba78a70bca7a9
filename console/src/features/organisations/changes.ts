import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ifMatch, take, type NewInvitation, type Organisation } from '#client';
import { client } from '#app/server/client.ts';

const OWN = '/api/v1/organisations';
const ONE = `${OWN}/{organisationId}` as const;
const INVITED = `${OWN}/invitations/{invitationId}` as const;

/** Each of them changes what several lists show, and none is done before the server has answered. */
function useChange<V, R>(mutationFn: (values: V) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ['organisations'] }) });
}

export function useFound() {
  return useChange((name: string) => take(client.api.POST(OWN, { body: { name } })));
}

function of(organisation: Organisation) {
  return { params: { path: { organisationId: organisation.id }, header: ifMatch(organisation) } };
}

interface Renaming {
  readonly organisation: Organisation;
  readonly name: string;
}

/** @throws `ApiError` 412 if somebody else has changed it since it was read */
export function useRename() {
  return useChange(({ organisation, name }: Renaming) =>
    take(client.api.PATCH(ONE, { ...of(organisation), body: { name } })),
  );
}

/** Without the list of what is gone: its drawer closes first. */
export function useDeleteOrganisation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (organisation: Organisation) => take(client.api.DELETE(ONE, of(organisation))),
    onSuccess: async (_, { id }) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] === 'organisations' && queryKey[2] === id });
      await queries.invalidateQueries({ queryKey: ['organisations'] });
    },
  });
}

interface MemberKey {
  readonly organisationId: string;
  readonly userId: string;
}

/** Changes a role there; operators add somebody by it. */
export function usePutMember() {
  return useChange(({ role, ...path }: MemberKey & { readonly role: string }) =>
    take(client.api.PUT(`${ONE}/members/{userId}`, { params: { path }, body: { role } })),
  );
}

export function useRemoveMember() {
  return useChange((path: MemberKey) => take(client.api.DELETE(`${ONE}/members/{userId}`, { params: { path } })));
}

export function useInviteMember(organisationId: string) {
  return useChange((body: NewInvitation) =>
    take(client.api.POST(`${ONE}/invitations`, { params: { path: { organisationId } }, body })),
  );
}

export function useWithdraw(organisationId: string) {
  return useChange((invitationId: string) =>
    take(
      client.api.DELETE(`${ONE}/invitations/{invitationId}`, { params: { path: { organisationId, invitationId } } }),
    ),
  );
}

export function useAnswer() {
  return useChange(async ({ invitationId, isAccepted }: { invitationId: string; isAccepted: boolean }) => {
    const options = { params: { path: { invitationId } } };
    if (isAccepted) await take(client.api.POST(`${INVITED}/accept`, options));
    else await take(client.api.POST(`${INVITED}/decline`, options));
  });
}
