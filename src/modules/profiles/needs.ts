import type { Branding } from '#platform/branding/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { FilesApi } from '#modules/files/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { UsersApi } from '#modules/users/contract.ts';
import type { ProfilesTables } from './tables.ts';
import type templates from './templates.json';

/** What `app.ts` passes to the module. */
export interface ProfilesNeeds {
  readonly db: Db<ProfilesTables>;
  readonly files: FilesApi;
  readonly notifications: NotificationsApi<typeof templates>;
  readonly users: Pick<UsersApi, 'isClosed'>;
  readonly branding: Pick<Branding, 'language'>;
  readonly now: () => Date;
}

export type ProfilesUnit = Unit<ProfilesTables>;
