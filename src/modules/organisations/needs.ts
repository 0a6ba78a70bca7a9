import type { Db } from '#platform/database/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { UsersApi } from '#modules/users/contract.ts';
import type { OrganisationsTables } from './tables.ts';
import type templates from './templates.json';

/** What `app.ts` passes to the module. */
export interface OrganisationsNeeds {
  readonly db: Db<OrganisationsTables>;
  readonly authorization: Pick<AuthorizationApi, 'organisations'>;
  readonly users: Pick<UsersApi, 'peopleOf' | 'personAt' | 'addressOf' | 'workIn'>;
  readonly notifications: NotificationsApi<typeof templates>;
  readonly publicUrl: string;
  /** How many organisations one person may found. */
  readonly maxPerFounder: number;
  readonly maxMembers: number;
  readonly now: () => Date;
}
