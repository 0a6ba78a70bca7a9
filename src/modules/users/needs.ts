import type { Db, Unit } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { CodeMail } from './code-mail.ts';
import type { Codes } from './codes.ts';
import type { Devices } from './devices.ts';
import type { CharacterClass, PasswordRules } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { UsersTables } from './queries.ts';
import type { RefreshTokens } from './refresh.ts';
import type { SigningKeys } from './signing-keys.ts';
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
  /** Kinds of characters that every new password must have. */
  readonly passwordClasses: readonly CharacterClass[];
  /** Age at which a signing key is replaced. */
  readonly signingKeyDays: number;
  /** Where browsers find this installation: origin of passkeys, and where links lead and other providers send people back to. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

/** The same, with the pieces that several use cases share. */
export interface UsersParts extends UsersNeeds {
  readonly passwords: Passwords;
  readonly passwordRules: PasswordRules;
  readonly codes: Codes;
  readonly sendCode: CodeMail;
  readonly devices: Devices;
  readonly signingKeys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
}

export type OwnUnit = Unit<UsersTables>;
