import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { NAME_CHARACTER } from '#kernel/name.ts';
import { defineError } from '#kernel/problem.ts';
import { Email, Id, Instant, Nullable } from '#kernel/schema.ts';

const ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';
const USER_ID = '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14';
const AT = '2026-11-28T08:00:00.000Z';
const NAME = 'کتاب‌فروشی آفتاب';

/** Without the characters of addresses: the name stands in mails to people who do not know it. */
const OrganisationName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?!\\s)(?:(?![/@:<>])${NAME_CHARACTER})*(?<!\\s)$`,
  examples: [NAME],
});
const RoleName = Type.String({
  minLength: 1,
  maxLength: 50,
  description: 'Name of a role. It counts in this organisation alone: `admin` may do everything there.',
  examples: ['user'],
});

export const Organisation = Type.Object(
  {
    id: Id,
    name: Type.String(),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  { title: 'Organisation', examples: [{ id: ID, name: NAME, createdAt: AT, updatedAt: AT, version: 1 }] },
);
export type Organisation = Static<typeof Organisation>;

/** An organisation that the caller is in. */
export const OwnOrganisation = Type.Object(
  {
    ...Organisation.properties,
    role: Type.String({ description: 'Your role there' }),
    joinedAt: Instant,
    isActive: Type.Boolean({ description: 'This session works in it' }),
  },
  {
    title: 'OwnOrganisation',
    examples: [
      { id: ID, name: NAME, createdAt: AT, updatedAt: AT, version: 1, role: 'admin', joinedAt: AT, isActive: true },
    ],
  },
);
export type OwnOrganisation = Static<typeof OwnOrganisation>;

export const NewOrganisation = Type.Object(
  { name: OrganisationName },
  { title: 'NewOrganisation', examples: [{ name: NAME }] },
);
export type NewOrganisation = Static<typeof NewOrganisation>;

export const ActiveOrganisation = Type.Object(
  {
    organisationId: Nullable(Id),
    role: Nullable(Type.String()),
    permissions: Type.Array(Type.String(), { description: 'What you may do there' }),
  },
  {
    title: 'ActiveOrganisation',
    examples: [{ organisationId: ID, role: 'admin', permissions: ['organisations.manage', 'organisations.members'] }],
  },
);
export type ActiveOrganisation = Static<typeof ActiveOrganisation>;

export const OrganisationSwitch = Type.Object(
  { organisationId: Type.With(Nullable(Id), { description: 'null: in none' }) },
  { title: 'OrganisationSwitch', examples: [{ organisationId: ID }] },
);
export type OrganisationSwitch = Static<typeof OrganisationSwitch>;

export const OrganisationMember = Type.Object(
  {
    userId: Id,
    firstName: Type.String(),
    lastName: Type.String(),
    email: Type.With(Nullable(Type.String()), { description: 'null: none that is proved, or you may not see it' }),
    phone: Type.With(Nullable(Type.String()), { description: 'The same; E.164' }),
    role: Type.String(),
    joinedAt: Instant,
  },
  {
    title: 'OrganisationMember',
    examples: [
      {
        userId: USER_ID,
        firstName: 'سارا',
        lastName: 'محمدی',
        email: 'sara@example.com',
        phone: null,
        role: 'admin',
        joinedAt: AT,
      },
    ],
  },
);
export type OrganisationMember = Static<typeof OrganisationMember>;

export const MemberRole = Type.Object({ role: RoleName }, { title: 'MemberRole', examples: [{ role: 'user' }] });
export type MemberRole = Static<typeof MemberRole>;

const Invited = { email: Nullable(Type.String()), phone: Nullable(Type.String()) };
const INVITED = { id: ID, role: 'user', createdAt: AT, expiresAt: AT };

/** An invitation of an organisation, as its members see it. */
export const Invitation = Type.Object(
  { id: Id, ...Invited, role: Type.String(), invitedBy: Nullable(Id), createdAt: Instant, expiresAt: Instant },
  { title: 'Invitation', examples: [{ ...INVITED, email: 'reza@example.com', phone: null, invitedBy: USER_ID }] },
);
export type Invitation = Static<typeof Invitation>;

/** An organisation that has invited the caller. */
export const OwnInvitation = Type.Object(
  {
    id: Id,
    organisationId: Id,
    organisationName: Type.String(),
    role: Type.String(),
    invitedBy: Type.With(Nullable(Type.String()), { description: 'Name of the person' }),
    createdAt: Instant,
    expiresAt: Instant,
  },
  {
    title: 'OwnInvitation',
    examples: [{ ...INVITED, organisationId: ID, organisationName: NAME, invitedBy: 'سارا محمدی' }],
  },
);
export type OwnInvitation = Static<typeof OwnInvitation>;

export const OwnInvitations = Type.Object({ items: Type.Array(OwnInvitation) }, { title: 'OwnInvitations' });

export const NewInvitation = Type.Object(
  {
    email: Type.Optional(Email),
    phone: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 40,
        format: 'phone',
        description: 'Instead of `email`. Nothing is sent to a number without an account.',
      }),
    ),
    role: Type.Optional(Type.With(RoleName, { description: 'By default `user`' })),
  },
  { title: 'NewInvitation', examples: [{ email: 'reza@example.com', role: 'user' }] },
);
export type NewInvitation = Static<typeof NewInvitation>;

export const organisationPermissions = {
  create: definePermission('organisations.create', 'Create organisations', { grantedTo: ['user'] }),
  manage: definePermission('organisations.manage', 'Rename and delete an organisation, by a role in it'),
  members: definePermission(
    'organisations.members',
    'Invite people, change their roles and remove them, by a role in it',
  ),
  access: definePermission('organisations.access', 'See all organisations, and do everything in them'),
};

export const organisationErrors = {
  notFound: defineError('organisations.not_found', 404, 'No such organisation'),
  memberNotFound: defineError('organisations.member_not_found', 404, 'No such member'),
  invitationNotFound: defineError('organisations.invitation_not_found', 404, 'No such invitation'),
  invitationVoid: defineError('organisations.invitation_void', 409, 'The invitation is no longer valid'),
  alreadyMember: defineError('organisations.already_member', 409, 'The person is a member already'),
  tooMany: defineError('organisations.too_many', 409, 'There are as many organisations as there may be'),
  membersTooMany: defineError('organisations.members_too_many', 409, 'The organisation is full'),
  openTooMany: defineError('organisations.open_too_many', 409, 'Too many invitations wait for an answer'),
  invitationsTooMany: defineError('organisations.invitations_too_many', 429, 'Too many invitations'),
};

const OrganisationRef = Type.Object({ organisationId: Type.String() });
const MemberRef = Type.Object({ organisationId: Type.String(), userId: Type.String() });
const MemberWithRole = Type.Object({ ...MemberRef.properties, role: Type.String() });
const InvitationRef = Type.Object({ organisationId: Type.String(), invitationId: Type.String() });

export const organisationEvents = {
  created: defineEvent('organisations.created', 1, 'organisationId', OrganisationRef),
  updated: defineEvent('organisations.updated', 1, 'organisationId', OrganisationRef),
  /** With its members and invitations, which have no events of their own. */
  deleted: defineEvent('organisations.deleted', 1, 'organisationId', OrganisationRef),
  memberAdded: defineEvent('organisations.member_added', 1, 'organisationId', MemberWithRole),
  memberRemoved: defineEvent('organisations.member_removed', 1, 'organisationId', MemberRef),
  roleChanged: defineEvent('organisations.role_changed', 1, 'organisationId', MemberWithRole),
  invited: defineEvent('organisations.invited', 1, 'organisationId', InvitationRef),
  invitationDeclined: defineEvent('organisations.invitation_declined', 1, 'organisationId', InvitationRef),
  invitationWithdrawn: defineEvent('organisations.invitation_withdrawn', 1, 'organisationId', InvitationRef),
};
