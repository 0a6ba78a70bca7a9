/** What the program declares, as pages of the manual: one for each module, one of the platform, one of the settings. */
import type { Language } from '#kernel/language.ts';
import type { ProblemDef } from '#kernel/problem.ts';
import type { Module } from '#platform/module.ts';
import { settings } from '#platform/config/settings.ts';
import { moduleOf } from './settings-of-modules.ts';
import { words } from './words.ts';

/** What an operation of `openapi.json` tells of itself. */
export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly 'x-access': string;
}

export interface Declared {
  readonly modules: readonly Module[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  /** Of the platform alone. */
  readonly problems: readonly { readonly code: string; readonly status: number; readonly title: Record<Language, string> }[]; // prettier-ignore
}

/** Pages by their file name, in one language. */
export function toReference(declared: Declared, language: Language): Map<string, string> {
  const pages = declared.modules.map((module) => [`${module.name}.md`, toModulePage(module, declared, language)] as const); // prettier-ignore
  return new Map([
    ...pages,
    ['platform.md', toPlatformPage(declared, language)],
    ['settings.md', toSettingsPage(language)],
  ]);
}

function toModulePage(module: Module, { modules, paths }: Declared, language: Language): string {
  const say = words[language];
  const { name, permissions = [], publishes = [], subscriptions = [], errors = [], texts } = module;
  const consumersOf = (type: string) =>
    modules.filter((one) => one.subscriptions?.some(({ event }) => event.type === type)).map((one) => code(one.name));
  const titleOf = (error: ProblemDef) => (language === 'fa' ? (texts?.errors[error.code]?.fa ?? error.title) : error.title); // prettier-ignore
  const summaryOf = (of: string, summary: string) =>
    language === 'fa' ? (texts?.permissions[of] ?? summary) : summary;
  return page(say.moduleTitle(name), say.moduleAbout, [
    [say.operations, table(say.operationColumns, operationsOf(paths, Object.keys(module.tags ?? {})))],
    [
      say.permissions,
      table(
        say.permissionColumns,
        permissions.map((one) => [
          code(one.code),
          summaryOf(one.code, one.summary),
          one.grantedTo.map(code).join(', '),
        ]),
      ),
    ],
    [
      say.publishes,
      table(
        say.eventColumns,
        publishes.map(({ type, key, payload }) => [
          code(type),
          code(key),
          fieldsOf(payload).map(code).join(', '),
          consumersOf(type).join(', '),
        ]),
      ),
    ],
    [say.hears, list(subscriptions.map(({ event }) => code(event.type)))],
    [say.settings, settingsTable(Object.values(settings).filter((one) => moduleOf(one.name) === name), language)], // prettier-ignore
    [say.errors, table(say.errorColumns, errors.map((one) => [code(one.code), String(one.status), titleOf(one)]))], // prettier-ignore
    [
      say.jobs,
      table(
        say.jobColumns,
        (module.jobs ?? []).map((job) => [code(job.name), say.every(job.everySeconds), job.description]),
      ),
    ],
    [
      say.figures,
      table(
        say.figureColumns,
        (module.gauges ?? []).map(({ name: gauge, help, atLeast, atMost }) => [code(gauge), help, say.limit(atLeast, atMost)]), // prettier-ignore
      ),
    ],
  ]);
}

function toPlatformPage({ modules, paths, problems }: Declared, language: Language): string {
  const say = words[language];
  const ofModules = new Set(modules.flatMap(({ tags = {} }) => Object.keys(tags)));
  const tags = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((one) => one.tags));
  const own = [...new Set(tags)].filter((tag) => !ofModules.has(tag));
  const codesOfModules = new Set(modules.flatMap(({ errors = [] }) => errors.map((one) => one.code)));
  const errors = problems.filter((one) => !codesOfModules.has(one.code));
  return page(say.platformTitle, say.platformAbout, [
    [say.operations, table(say.operationColumns, operationsOf(paths, own))],
    [say.settings, settingsTable(Object.values(settings).filter((one) => moduleOf(one.name) === 'platform'), language)], // prettier-ignore
    [say.errors, table(say.errorColumns, errors.map((one) => [code(one.code), String(one.status), one.title[language]]))], // prettier-ignore
  ]);
}

function toSettingsPage(language: Language): string {
  const say = words[language];
  return page(say.settingsTitle, say.settingsAbout, [[say.settings, settingsTable(Object.values(settings), language)]]);
}

function settingsTable(rows: readonly { name: string; default: string | null; about: string }[], language: Language) {
  return table(
    words[language].settingColumns,
    rows.map((one) => [code(one.name), one.default ? code(one.default) : '', one.about]),
  );
}

function operationsOf(paths: Declared['paths'], tags: readonly string[]): string[][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.some((tag) => tags.includes(tag)))
      .map(([method, operation]) => [
        code(`${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`),
        operation.summary,
        code(operation['x-access']),
      ]),
  );
}

function fieldsOf(payload: unknown): string[] {
  return Object.keys((payload as { properties?: object }).properties ?? {});
}

/** Sections without a content are left out. */
function page(title: string, about: string, sections: readonly (readonly [string, string])[]): string {
  const parts = sections
    .filter(([, content]) => content !== '')
    .map(([heading, content]) => `## ${heading}\n\n${content}`);
  return `# ${title}\n\n${[about, ...parts].join('\n\n')}\n`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function list(items: readonly string[]): string {
  return [...new Set(items)].map((item) => `- ${item}`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
