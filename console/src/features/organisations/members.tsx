import { useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Organisation, OrganisationMember } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { PersonField } from '#app/people/field.tsx';
import { isUserId, personQuery, type Person } from '#app/people/queries.ts';
import { Refusal } from '#app/features/roles/parts.tsx';
import { nameOf } from '#app/features/users/name.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Menu, MenuItem } from '#app/ui/overlay/menu.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { usePutMember, useRemoveMember } from './changes.ts';
import { MEMBERS, membersQuery } from './queries.ts';
import { RoleSelect, useRoleNames } from './role-select.tsx';
import { words } from './words.ts';

interface MembersProps {
  readonly organisation: Organisation;
  readonly mayChange: boolean;
  readonly onLeft: () => void;
}

/** Who is in it, by which role. */
export function Members({ organisation, mayChange, onLeft }: MembersProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const me = useMe();
  const { id: organisationId } = organisation;
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    membersQuery(organisationId),
  );
  const put = usePutMember();
  const remove = useRemoveMember();
  const [leaving, setLeaving] = useState<OrganisationMember | null>(null);
  const members = data?.pages.flatMap(({ items }) => items) ?? [];

  const change = ({ userId, ...member }: OrganisationMember, role: string) =>
    put.mutate({ organisationId, userId, role }, { onSuccess: () => tell(say.roleChanged(nameOf(member), role)) });
  function confirm(): void {
    if (!leaving) return;
    setLeaving(null);
    const isMe = leaving.userId === me.id;
    const told = isMe ? say.left(organisation.name) : say.removed(nameOf(leaving));
    const onSuccess = () => {
      tell(told);
      if (isMe && !me.can('organisations.access')) onLeft();
    };
    remove.mutate({ organisationId, userId: leaving.userId }, { onSuccess });
  }
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={4} />;
  const isMe = leaving?.userId === me.id;
  return (
    <div className="grid gap-3 px-5">
      <ListHead
        title={say.tabs.members}
        call={{ path: MEMBERS, params: { organisationId } }}
        count={hasNextPage ? undefined : members.length}
        isEmpty={members.length === 0}
      />
      <div className="border-line rounded-xl border">
        {members.length === 0 && <Empty text={say.noMembers} />}
        <ul className="divide-line divide-y">
          {members.map((member) => (
            <Member
              key={member.userId}
              member={member}
              isMe={member.userId === me.id}
              mayChange={mayChange}
              isBusy={put.isPending || remove.isPending}
              onRole={(role) => change(member, role)}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </ul>
      </div>
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()} className="justify-self-start">
          {say.more}
        </Button>
      )}
      <Refusal error={put.error ?? remove.error} />
      {me.can('organisations.access') && me.can('users.access') && (
        <AddMember
          isBusy={put.isPending}
          onAdd={(user, role) =>
            put.mutate(
              { organisationId, userId: user.id, role },
              { onSuccess: () => tell(say.added(nameOf(user), role)) },
            )
          }
        />
      )}
      {leaving && (
        <Confirm
          title={isMe ? say.leaveTitle(organisation.name) : say.removeTitle(nameOf(leaving), organisation.name)}
          text={isMe ? say.leaveText : say.removeText}
          action={isMe ? say.leave : say.remove}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setLeaving(null)}
        />
      )}
    </div>
  );
}

interface MemberProps {
  readonly member: OrganisationMember;
  readonly isMe: boolean;
  readonly mayChange: boolean;
  readonly isBusy: boolean;
  readonly onRole: (role: string) => void;
  readonly onRemove: () => void;
}

function Member({ member, isMe, mayChange, isBusy, onRole, onRemove }: MemberProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const roles = useRoleNames(member.role);
  const name = nameOf(member);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-[1_1_220px]">
        <p className="font-medium break-words">
          <bdi>{name}</bdi>
          {isMe && <span className="text-ink3 font-normal"> {say.you}</span>}
        </p>
        <p className="text-meta text-ink2 flex flex-wrap gap-x-3">
          <bdi>{member.email ?? member.phone}</bdi>
          <span>{say.since(fmt.instant(member.joinedAt))}</span>
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {mayChange ? (
          <Menu
            trigger={
              <Button disabled={isBusy} aria-label={say.roleOf(name, member.role)} className="w-36 text-start">
                <bdi className="flex-1 truncate">{member.role}</bdi>
                <Icon name="chevron" className="rotate-90" />
              </Button>
            }
          >
            {roles.map((role) => (
              <MenuItem key={role} isDisabled={role === member.role} onSelect={() => onRole(role)}>
                <bdi>{role}</bdi>
              </MenuItem>
            ))}
          </Menu>
        ) : (
          <bdi className="text-ink2 w-36 self-center">{member.role}</bdi>
        )}
        {(mayChange || isMe) && (
          <Button
            look="danger"
            disabled={isBusy}
            className="w-28"
            aria-label={isMe ? say.leave : `${say.remove}: ${name}`}
            onClick={onRemove}
          >
            {isMe ? say.leave : say.remove}
          </Button>
        )}
      </div>
    </li>
  );
}

interface AddMemberProps {
  readonly isBusy: boolean;
  readonly onAdd: (user: Person, role: string) => void;
}

/** Operators add somebody without an invitation. */
function AddMember({ isBusy, onAdd }: AddMemberProps) {
  const say = useTexts(words);
  const [userId, setUserId] = useState('');
  const { data: user } = useQuery({ ...personQuery(userId), enabled: isUserId(userId) });
  const [role, setRole] = useState('user');
  return (
    <Section title={say.add}>
      <p className="text-ink2">{say.addText}</p>
      <PersonField label={say.person} value={userId} onChange={setUserId} />
      {user && (
        <div className="flex flex-wrap items-end gap-2">
          <RoleSelect value={role} onChange={setRole} />
          <Button disabled={isBusy} onClick={() => (onAdd(user, role), setUserId(''))}>
            {say.addAction(nameOf(user))}
          </Button>
        </div>
      )}
    </Section>
  );
}
