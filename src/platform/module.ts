import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Permission, ResourceRule } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import type { Language } from '#kernel/language.ts';
import type { ProblemDef, Texts } from '#kernel/problem.ts';
import type { TemplateSet } from '#kernel/template.ts';
import type { AnyUnit, DailyTable } from '#platform/database/port.ts';
import type { EventSubscription } from '#platform/events/port.ts';
import type { Component } from '#platform/health/port.ts';
import type { Topic } from '#platform/http/port.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Secrets } from '#platform/keys/port.ts';
import type { StoredObject } from '#platform/storage/port.ts';
import type { GaugeDef } from '#platform/telemetry/port.ts';
import type { Job, Worker } from '#platform/work/port.ts';

export type Routes = FastifyPluginAsyncTypebox;

/** A module with an `api`, which other modules may call in process. `Module` alone is any module, without its `api`. */
export type Module<Api = void> = Api extends void ? ModuleParts : ModuleParts & { readonly api: Api };

/** All that the platform knows of a module. A module leaves out the parts that it does not have. */
export interface ModuleParts {
  /** Also its schema in the database, its consumer of events, and the prefix of all its codes. */
  readonly name: string;
  /** Mounted under `/api/v1`. */
  readonly routes?: Routes;
  /** Groups of its operations in the API reference: first part of the path below `/api/v1`, and what it is about. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Mounted at the root, for paths outside `/api/v1`: well-known documents, pages that links in mails lead to. */
  readonly publicRoutes?: Routes;
  readonly permissions?: readonly Permission[];
  readonly errors?: readonly ProblemDef[];
  /** Persian titles and summaries, and what each error means: `texts.json`. */
  readonly texts?: Texts;
  /** The messages that this module sends: `templates.json`. */
  readonly templates?: TemplateSet;
  readonly publishes?: readonly EventDef[];
  readonly subscriptions?: readonly EventSubscription[];
  readonly workers?: readonly Worker[];
  /** What it does by itself from time to time. */
  readonly jobs?: readonly Job[];
  /** What jobs that users create can do with it. */
  readonly handlers?: readonly JobHandler[];
  /** Folder of `NNNN_words.sql`, applied in order, once. */
  readonly migrations?: URL;
  /** Tables of the module that have one partition per day. */
  readonly dailyTables?: readonly DailyTable[];
  /** Parts of the module that can fail by themselves; most modules have none. */
  readonly health?: readonly Component[];
  /** What the module measures of itself; names begin with `bonyan_` and its own name. */
  readonly gauges?: readonly GaugeDef[];
  /** What pages can follow. */
  readonly topics?: readonly Topic[];
  /** Kinds of resources for which the permission alone is not enough. */
  readonly resourceRules?: readonly ResourceRule[];
  /** The user whom other programs know by this id: an address, or the subject at `issuer`. Null for nobody. */
  readonly findSubject?: (id: string, issuer: string | null) => Promise<string | null>;
  /**
   * Paths below which rows belong to no single user: everybody with the permission can access each of them. Elsewhere
   * the row of another user answers 404, as the tests check.
   */
  readonly sharedPaths?: readonly string[];
  /** What the operations of the module that change something record in the audit trail. */
  readonly audited?: AuditedOperations;
  readonly privacy: Privacy;
  /** What the module knows of the bytes of these objects, so that damage is found when they are moved. */
  readonly findStored?: (keys: readonly string[]) => Promise<ReadonlyMap<string, StoredObject>>;
  /** Values under the application secret, to re-encrypt when that changes. */
  readonly secrets?: Secrets;
  readonly menu?: readonly MenuItem[];
}

/**
 * By operation, such as `POST /api/v1/todos`: the actions of all audit entries that it may record, or the reason why it
 * records none. Each operation that changes something is in the table of exactly one module.
 */
export type AuditedOperations = Readonly<Record<string, readonly string[] | string>>;

/** What a module stores about a person. Required, so that no module omits it. */
export interface Privacy {
  /**
   * JSON of everything that is stored about the user, and about nobody else; null when there is nothing. A long list, or
   * a member of the object that is one, is an `AsyncIterable` (`inBatches`): it is written item by item, as it is read.
   */
  export(userId: string): Promise<unknown>;
  /** Part of the platform's unit: deletes or makes anonymous. Called again some minutes later, see `refusesErased`. */
  erase(unit: AnyUnit, userId: string): Promise<void>;
  /** The module itself stores nothing about a person who is erased, so that it need not erase again. */
  readonly refusesErased?: true;
}

/** A place in the console; shown to those who hold `permission`. */
export interface MenuItem {
  readonly path: string;
  readonly title: Record<Language, string>;
  readonly permission: string;
  /** For a module that the console has no page of: the console makes one of this list. */
  readonly list?: MenuList;
}

/** A list of the API as a page of the console. */
export interface MenuList {
  /** Path of an operation that answers pages by `cursor`, of items with an `id`. */
  readonly path: string;
  /** The first one names the row. */
  readonly columns: readonly MenuColumn[];
}

export interface MenuColumn {
  /** Of an item. */
  readonly field: string;
  readonly title: Record<Language, string>;
  /** Default: as text. */
  readonly shownAs?: 'text' | 'number' | 'day' | 'instant';
  /** What the values are called, for a field with few of them. */
  readonly words?: Readonly<Record<string, Record<Language, string>>>;
}
