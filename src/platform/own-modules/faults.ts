import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Module } from '#platform/module.ts';

const NAME = /^[a-z][a-z0-9]{1,39}$/;
/** Schemas of the database that are no module's. */
const TAKEN = /^(platform|bonyan|public|pg_.*|information_schema)$/;

/** What is wrong with a module by itself, one line each. */
export function findFaults(module: Module): string[] {
  return [
    ...findNameFaults(module.name),
    ...findCodeFaults(module),
    ...findTextFaults(module),
    ...findMeasureFaults(module),
    ...findMigrationFaults(module.migrations),
    ...findMenuFaults(module),
    ...findPrivacyFaults(module),
  ];
}

export function findNameFaults(name: string): string[] {
  if (TAKEN.test(name)) return ['this name is that of a schema in the database; expected another one'];
  return NAME.test(name) ? [] : ['expected a name of small letters and digits that begins with a letter'];
}

/**
 * All that the module names, by kind. Of two parts with one name, most registries keep the last: a queue of another module
 * would lose its worker.
 */
function codesOf(module: Module): Record<string, string[]> {
  const { permissions = [], errors = [], publishes = [], templates = {} } = module;
  const { workers = [], jobs = [], handlers = [], topics = [], dailyTables = [], health = [] } = module;
  return {
    permission: permissions.map(({ code }) => code),
    error: errors.map(({ code }) => code),
    event: publishes.map(({ type }) => type),
    template: Object.keys(templates),
    queue: workers.map(({ queue }) => queue.name),
    job: jobs.map(({ name }) => name),
    handler: handlers.map(({ type }) => type),
    topic: topics.map(({ name }) => name),
    table: dailyTables.map(({ table }) => table),
    component: health.map(({ name }) => name),
  };
}

function findCodeFaults(module: Module): string[] {
  return Object.entries(codesOf(module)).flatMap(([kind, codes]) => [
    ...codes
      .filter((code) => !code.startsWith(`${module.name}.`))
      .map((code) => `${kind} ${code}: expected a code that begins with ${module.name}.`),
    ...codes
      .filter((code, index) => codes.indexOf(code) < index)
      .map((code) => `${kind} ${code}: declared more than once`),
  ]);
}

/** Errors and permissions are shown to people, in both languages. Words for those of another module would replace its own. */
function findTextFaults({ name, permissions = [], errors = [], texts }: Module): string[] {
  const worded = [...Object.keys(texts?.errors ?? {}), ...Object.keys(texts?.permissions ?? {})];
  return [
    ...worded
      .filter((code) => !code.startsWith(`${name}.`))
      .map((code) => `texts.json: ${code}: expected codes that begin with ${name}.`),
    ...errors.filter(({ code }) => !texts?.errors[code]).map(({ code }) => `error ${code}: expected in texts.json`),
    ...permissions
      .filter(({ code }) => !texts?.permissions[code])
      .map(({ code }) => `permission ${code}: expected in texts.json`),
  ];
}

/** Two families of one name make a page of metrics that no collector reads. */
function findMeasureFaults({ name: module, gauges = [] }: Module): string[] {
  const names = gauges.map(({ name }) => name);
  return [
    ...names
      .filter((name) => !name.startsWith(`bonyan_${module}_`))
      .map((name) => `gauge ${name}: expected a name that begins with bonyan_${module}_`),
    ...names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => `gauge ${name}: declared more than once`),
  ];
}

/** Every rule of a kind can give access: a second one for the resources of another module would open them. */
export function findRuleFaults({ resourceRules = [] }: RuledModule, taken: ReadonlySet<string>): string[] {
  return resourceRules
    .filter(({ resourceType }) => taken.has(resourceType))
    .map(({ resourceType }) => `resource rule ${resourceType}: there is one for this kind already`);
}

export type RuledModule = Pick<Module, 'resourceRules'>;

function findMigrationFaults(folder: URL | undefined): string[] {
  if (folder === undefined) return [];
  const path = fileURLToPath(folder);
  if (!folder.pathname.endsWith('/')) return [`migrations: expected a folder, with a slash at its end: ${path}`];
  if (!existsSync(path)) return [`migrations: expected a folder, but there is no ${path}`];
  return readdirSync(path).some((file) => file.endsWith('.sql'))
    ? []
    : [`migrations: there is no .sql file in ${path}`];
}

/** Its page is made by the console, which has those of all modules below one path. */
function findMenuFaults({ name, menu = [], permissions = [] }: Module): string[] {
  return menu.flatMap(({ path, permission, list }) => [
    ...(path === `/${name}` || path.startsWith(`/${name}-`)
      ? []
      : [`menu ${path}: expected /${name}, or a path that begins with /${name}-`]),
    ...(permissions.some(({ code }) => code === permission)
      ? []
      : [`menu ${path}: the module has no permission ${permission}`]),
    ...(list && list.columns.length > 0 ? [] : [`menu ${path}: expected a list with columns, for the page`]),
    ...(!list || list.path.startsWith('/api/v1/')
      ? []
      : [`menu ${path}: expected a list whose path begins with /api/v1/, not ${list.path}`]),
  ]);
}

function findPrivacyFaults({ privacy }: Partial<Pick<Module, 'privacy'>>): string[] {
  const isThere = typeof privacy?.export === 'function' && typeof privacy.erase === 'function';
  return isThere ? [] : ['privacy: expected `export` and `erase` of what it stores about a person'];
}
