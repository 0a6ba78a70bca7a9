import type { Db, Unit } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import type { NamedProvider } from '#platform/identity/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { CharacterClass } from './password-rules.ts';
import type { UsersTables } from './queries.ts';
import type templates from './templates.json';

/** What the module is given. */
export interface UsersNeeds {
  readonly db: Db<UsersTables>;
  readonly keys: Keys;
  readonly freshness: Freshness;
  readonly authorization: AuthorizationApi;
  readonly notifications: NotificationsApi<typeof templates>;
  /** `iss` and `aud` of access tokens. */
  readonly issuer: string;
  /** Kinds of characters that every new password must have. */
  readonly passwordClasses: readonly CharacterClass[];
  /** Age at which a signing key is replaced. */
  readonly signingKeyDays: number;
  /** Where browsers find this installation: origin of passkeys, where links lead, and other providers send people to. */
  readonly publicUrl: string;
  /** Who else can say who somebody is. */
  readonly providers: readonly NamedProvider[];
  /** Beside the own one: origins to which they may be sent back. */
  readonly returnOrigins: readonly string[];
  readonly now: () => Date;
}

export type OwnUnit = Unit<UsersTables>;
