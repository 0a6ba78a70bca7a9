import type { RemovalPause } from '#platform/backup/port.ts';
import type { Cache } from '#platform/cache/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { CallerOf, PermissionsOf } from '#platform/http/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { ScanPort } from '#platform/scan/port.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { FilesTables } from './tables.ts';
import type templates from './templates.json';

/** What `app.ts` passes to the module. */
export interface FilesNeeds {
  readonly db: Db<FilesTables>;
  readonly storage: ObjectStorage;
  readonly removalPause: RemovalPause;
  /** Wraps the data keys of encrypted files. */
  readonly keys: Keys;
  readonly scan: ScanPort;
  readonly accessLists: AuthorizationApi['accessLists'];
  readonly notifications: NotificationsApi<typeof templates>;
  /** Counts the openings of links from one network. */
  readonly cache: Cache;
  /** What a user may do now, for links that they have made. */
  readonly permissionsOf: PermissionsOf;
  /** Whether a session or API key still lives, for uploads that go on without its access token. */
  readonly callerOf: CallerOf;
  readonly config: FilesConfig;
  readonly now: () => Date;
}

export interface FilesConfig {
  /** The largest file. */
  readonly filesMaxBytes: number;
  /** Of the files of one module, where that differs. */
  readonly filesMaxBytesByModule: ReadonlyMap<string, number>;
  /** Bytes that the files of one person have together; 0: no limit. */
  readonly filesQuotaBytes: number;
  /** Files that one person has, those in the trash included; 0: no limit. */
  readonly filesMaxCount: number;
  /** Kinds of files that are refused otherwise. */
  readonly filesAllow: readonly DangerousKind[];
  /** While the scanner does not answer: files wait, or are released unscanned. */
  readonly filesScannerDown: 'wait' | 'release';
  /** What the scanner reads at least of a file, and of an entry of an archive. */
  readonly clamavMaxBytes: number;
  /** What the scanner cannot scan whole. */
  readonly filesUnscannable: 'refuse' | 'release';
  readonly filesTrashDays: number;
  /** Older contents of one file that are kept. */
  readonly filesVersions: number;
  /** Requests by links from one network in a minute; 0: no limit. */
  readonly filesLinksPerMinute: number;
  readonly publicUrl: string;
}

/** Files that run when somebody opens them. */
export type DangerousKind = 'executable' | 'script' | 'html';

export type FilesUnit = Unit<FilesTables>;
