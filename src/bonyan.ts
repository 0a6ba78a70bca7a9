/**
 * What a module outside `src/` may use: `import { … } from 'bonyan'`. Everything here stays as it is from one version to
 * the next; the files behind it may move.
 */
import type { Outbound } from '#platform/outbound/port.ts';
import type { OwnModule } from '#platform/own-modules/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { TemplateSet } from '#kernel/template.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import type { FilesApi } from '#modules/files/contract.ts';
import type { OwnProvider } from '#modules/notifications/channels/port.ts';
import type { NotificationsApi } from '#modules/notifications/contract.ts';
import type { UsersApi } from '#modules/users/contract.ts';

export { definePermission, system, type Actor, type Permission } from '#kernel/access.ts';
export { defineEvent, type EventDef } from '#kernel/event.ts';
export { newId } from '#kernel/id.ts';
export { NAME_PATTERN, VISIBLE_PATTERN } from '#kernel/name.ts';
export { Page, pageErrors, PageQuery } from '#kernel/page.ts';
export { defineError, orThrow, Problem } from '#kernel/problem.ts';
export { ById, Day, Email, Id, Instant, NoContent, Nullable, NullableOneOf, OneOf } from '#kernel/schema.ts';
export { defineQueue } from '#kernel/work.ts';
export {
  inBatches,
  newestFirst,
  pageQuery,
  withoutTables,
  withTables,
  type AnyUnit,
  type Db,
  type Unit,
} from '#platform/database/port.ts';
export { on } from '#platform/events/port.ts';
export { httpErrors } from '#platform/http/port.ts';
export type { AuditedOperations, MenuColumn, MenuItem, MenuList, Module, Privacy, Routes } from '#platform/module.ts';
export type { Outbound } from '#platform/outbound/port.ts';
export type { OwnModule } from '#platform/own-modules/port.ts';
export { escapeHtml, languageOf, sendPage } from '#platform/pages/port.ts';
export { job, worker, type Work, type WorkResult } from '#platform/work/port.ts';
export { fileEvents } from '#modules/files/contract.ts';
export { refusesEmail, refusesPhone } from '#modules/notifications/channels/addresses.ts';
export {
  Outage,
  type MessageProvider,
  type Outgoing,
  type OwnChannelProvider,
  type OwnProvider,
  type OwnProviderNeeds,
  type SendOutcome,
} from '#modules/notifications/channels/port.ts';
export { ask, isAnswer, parseAnswer, pick, toFailure } from '#modules/notifications/channels/protocols/http-answers.ts';
export { organisationEvents } from '#modules/organisations/contract.ts';
export { profileEvents } from '#modules/profiles/contract.ts';
export { todoEvents } from '#modules/todos/contract.ts';
export { userEvents } from '#modules/users/contract.ts';

/** The default export of `bonyan.config.ts`. */
export interface OwnConfig {
  /** Created in this order, after all modules of the program. */
  readonly modules?: readonly OwnModule[];
  /** Tried in this order within a channel, before those of the settings. */
  readonly providers?: readonly OwnProvider[];
}

/** Lets the compiler check `bonyan.config.ts`. */
export function defineConfig(config: OwnConfig): OwnConfig {
  return config;
}

/** What each module outside this program is given: by the tables that it names, and by the templates that it sends. */
export interface OwnNeeds<Tables = never, Templates extends TemplateSet = TemplateSet> {
  readonly db: Db<Tables>;
  readonly notifications: Pick<NotificationsApi<Templates>, 'send'>;
  readonly users: UsersApi;
  readonly files: FilesApi;
  readonly authorization: AuthorizationApi;
  /** Calls of addresses that users have entered. */
  readonly outbound: Outbound;
  /** The address in links. */
  readonly publicUrl: string;
  readonly log: Log;
  /** Tests move this clock. */
  readonly now: () => Date;
}
