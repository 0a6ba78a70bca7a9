import type { Generated, Kysely, Transaction } from 'kysely';
import type { Unit } from '#platform/database/port.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type OrganisationsTables = {
  'organisations.organisation': {
    id: string;
    name: string;
    createdBy: string | null;
    createdAt: Generated<string>;
    updatedAt: Generated<string>;
    version: Generated<number>;
  };
  'organisations.invitation': {
    id: string;
    organisationId: string;
    address: string;
    role: string;
    status: Generated<'pending' | 'accepted' | 'declined' | 'withdrawn'>;
    invitedBy: string | null;
    userId: string | null;
    createdAt: Generated<string>;
    expiresAt: string;
  };
};

export type OrganisationsReader = Kysely<OrganisationsTables>;
export type OrganisationsWriter = Transaction<OrganisationsTables>;
export type OrganisationsUnit = Unit<OrganisationsTables>;
