import type { Db, Unit } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import type { NamedProvider } from '#platform/identity/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { Codes } from './codes.ts';
import type { Passwords } from './passwords.ts';
import type { UsersTables } from './queries.ts';
import type { RefreshTokens } from './refresh.ts';
import type { AccessTokens } from './tokens.ts';

/** What the module is given. */
export interface UsersNeeds {
  readonly db: Db<UsersTables>;
  readonly keys: Keys;
  readonly freshness: Freshness;
  readonly authorization: AuthorizationApi;
  readonly notifications: NotificationsApi;
  /** `iss` and `aud` of access tokens. */
  readonly issuer: string;
  /** Where browsers find this installation: origin of passkeys, and where other providers send people back to. */
  readonly publicUrl: string;
  /** Who else can say who somebody is. */
  readonly providers: readonly NamedProvider[];
  /** Beside the own one: origins to which they may be sent back. */
  readonly returnOrigins: readonly string[];
  readonly now: () => Date;
}

/** The same, with the pieces that several use cases share. */
export interface UsersParts extends UsersNeeds {
  readonly passwords: Passwords;
  readonly codes: Codes;
  readonly tokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
}

export type OwnUnit = Unit<UsersTables>;
