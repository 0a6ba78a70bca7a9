import type { BotCheck } from '#platform/bot-check/port.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Cache } from '#platform/cache/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { DecisionCache } from '#platform/decision-cache/port.ts';
import type { PageOrigins } from '#platform/http/port.ts';
import type { NamedProvider } from '#platform/identity/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { TokenAlgorithm } from './contract.ts';
import type { UsersTables } from './tables.ts';
import type templates from './templates.json';

/** What `app.ts` passes to the module. */
export interface UsersNeeds {
  readonly db: Db<UsersTables>;
  readonly keys: Keys;
  readonly decisionCache: DecisionCache;
  readonly authorization: AuthorizationApi;
  readonly notifications: NotificationsApi<typeof templates>;
  /** `iss` and `aud` of access tokens. */
  readonly issuer: string;
  /** Classes of characters that every new password must contain. */
  readonly passwordClasses: readonly CharacterClass[];
  /** How new signing keys sign. */
  readonly tokenAlgorithm: TokenAlgorithm;
  /** JSON schemas of what may be stored about people, by kind. */
  readonly metadataSchemas: Readonly<Partial<Record<MetadataKind, object>>>;
  /** Which of it access tokens carry. */
  readonly tokenClaims: readonly TokenClaim[];
  /** Age at which a signing key is replaced. */
  readonly signingKeyDays: number;
  /** The address of this installation in browsers: the origin of passkeys and of OAuth redirects. */
  readonly publicUrl: string;
  readonly branding: Branding;
  /** External identity providers. */
  readonly providers: readonly NamedProvider[];
  /** Which pages may use cookies, and which ones browsers may be redirected to after an external sign-in. */
  readonly origins: Pick<PageOrigins, 'mayCall' | 'mayReturn'>;
  /** Wrong passwords and codes from one network in 15 minutes, after which only known devices sign in there; 0: no limit. */
  readonly failuresPerNetwork: number;
  /** What is asked of clients after `botCheckAfter` requests of strangers in ten minutes; 0: always. */
  readonly botCheck: BotCheck;
  readonly botCheckAfter: number;
  readonly cache: Cache;
  /** ISO 3166-1 alpha-2: the country of numbers that are written without one. */
  readonly phoneRegion: string | null;
  /** Whether who asks for a code to sign in gets an account, if there is none. */
  readonly signUpByCode: boolean;
  /** What one SMS costs, and what codes may cost a day, by country; `*`: all others. */
  readonly smsCosts: ReadonlyMap<string, number>;
  readonly smsDailyCosts: ReadonlyMap<string, number>;
  /** Codes by SMS that are asked for from one network in an hour. */
  readonly smsPerNetwork: number;
  readonly now: () => Date;
}

export type MetadataKind = 'public' | 'private' | 'unsafe';

/** A field of a person as a claim of access tokens. */
export interface TokenClaim {
  readonly claim: string;
  readonly kind: 'public' | 'unsafe';
  readonly field: string;
}

export type UsersUnit = Unit<UsersTables>;

/** Classes of characters that an installation can require in passwords. */
export type CharacterClass = 'lower' | 'upper' | 'digit' | 'symbol';
