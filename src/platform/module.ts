import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Permission, ResourceRule } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import type { Language } from '#kernel/language.ts';
import type { ProblemDef, Texts } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Subscription } from '#platform/events/port.ts';
import type { Component } from '#platform/health/port.ts';
import type { Secrets } from '#platform/keys/port.ts';
import type { Job, Worker } from '#platform/work/port.ts';

export type Routes = FastifyPluginAsyncTypebox;

/** All the platform knows of a module. `Api` is what other modules may call, in process. */
export interface Module<Api> {
  /** Also its schema in the database, its consumer of events, and the prefix of all its codes. */
  readonly name: string;
  readonly api: Api;
  /** Mounted under `/api/v1`. */
  readonly routes: Routes;
  /** Groups of its operations in the API reference: first part of the path below `/api/v1`, and what it is about. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly errors: readonly ProblemDef[];
  /** Persian titles and summaries, and what each error means: `texts.json`. */
  readonly texts: Texts;
  readonly publishes: readonly EventDef[];
  readonly subscriptions: readonly Subscription[];
  readonly workers: readonly Worker[];
  readonly jobs: readonly Job[];
  /** Folder of `NNNN_words.sql`, applied in order, once; null for a module without tables. */
  readonly migrations: URL | null;
  /** What of this module's own can be unwell; most have nothing beyond the platform's components. */
  readonly health: readonly Component[];
  /** Kinds of resources that not everybody with the permission may get at. */
  readonly decides?: readonly ResourceRule[];
  readonly privacy: Privacy;
  /** What a change of the application secret must not lose; most modules keep nothing under it. */
  readonly secrets?: Secrets;
  readonly menu: readonly MenuItem[];
}

/** What a module knows of a person. Required, so that none forgets to forget. */
export interface Privacy {
  /**
   * JSON of everything held about the user, and of nobody else; null when there is nothing. What can be long is an
   * `AsyncIterable`: it is written as a list, piece by piece as it is read.
   */
  export(userId: string): Promise<unknown>;
  /** Part of the platform's unit: deletes or makes anonymous, exactly once. */
  erase(unit: AnyUnit, userId: string): Promise<void>;
}

/** A place in the console; shown to those who hold `permission`. */
export interface MenuItem {
  readonly path: string;
  readonly title: Record<Language, string>;
  readonly permission: string;
}
