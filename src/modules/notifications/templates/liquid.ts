import { pickLanguage } from '#kernel/language.ts';
import { printDigits, type Reader } from '#kernel/time/calendar.ts';
import type { Branding } from '#platform/branding/port.ts';
import { Liquid, ParseError, RenderError, TokenizationError, type Context, type Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import { notificationErrors } from '../contract.ts';
import { NOTHING, readerFilters, withReaderDigits } from './filters.ts';
import { escapeHtml } from './layout.ts';

const TEXT_TAGS = ['comment', 'raw', '#'];
/** Conditions and loops; nothing that reads files, keeps state, or calls other templates. */
const LOGIC_TAGS = ['if', 'unless', 'case', 'for', 'break', 'continue'];
/** Characters to parse, milliseconds of rendering (it blocks the process), and units of memory. */
const LIMITS = { parseLimit: 200_000, renderLimit: 100, memoryLimit: 1e7 };
const MAX_RENDERED = 262_144;
const MAX_VARIABLES_BYTES = 65_536;

const engine = createEngine([...TEXT_TAGS, ...LOGIC_TAGS]);
const withoutLogic = createEngine(TEXT_TAGS);
const parsed = new LRUCache<string, Template[]>({ maxSize: 1_000_000, sizeCalculation: (_, text) => text.length + 1 });
const OPTIONS = Symbol('options'); // templates can only name strings, so that none can reach it
/** Variables that every text has, whatever the message. */
const COMMON = ['appName'];

export type TemplateVariables = Readonly<Record<string, unknown>>;

/** Numbers are printed in the digits of the language. Texts, such as codes, stay as they are. */
export interface PrintOptions extends Reader {
  readonly branding: Branding;
  /** Escapes every value, without exception. */
  readonly asHtml: boolean;
  /** For the program's own texts: their loops are known to end, and they must not fail on a busy machine. */
  readonly isUntimed?: boolean;
}

/** @throws `notifications.template_invalid` */
export function checkTemplate(text: string, { allowsLogic }: { allowsLogic: boolean }): void {
  guarded(() => engine.parse(text));
  if (!allowsLogic) guarded(() => withoutLogic.parse(text));
}

/** @throws `notifications.content_too_large` */
export function requireSmall(variables: TemplateVariables): void {
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_VARIABLES_BYTES)
    throw notificationErrors.contentTooLarge({ most: MAX_VARIABLES_BYTES });
}

/** Names of the variables that the texts use, sorted. */
export function variablesOf(...texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => guarded(() => engine.globalVariablesSync(parse(text))));
  return [...new Set(names)].filter((name) => !COMMON.includes(name)).toSorted();
}

/**
 * @throws `notifications.template_variable_missing`, `notifications.template_invalid`,
 * `notifications.content_too_large`
 */
export function renderText(text: string, variables: TemplateVariables, options: PrintOptions): string {
  const globals = { [OPTIONS]: options, appName: options.branding.names[pickLanguage(options.language)] };
  const limits = options.isUntimed ? { renderLimit: Infinity } : {};
  const rendered = guarded(() => String(engine.renderSync(parse(text), { ...variables }, { globals, ...limits })));
  if (rendered.length > MAX_RENDERED) throw notificationErrors.contentTooLarge({ most: MAX_RENDERED });
  return rendered;
}

/** Parsing takes most of the time of a short text. */
function parse(text: string): Template[] {
  const known = parsed.get(text);
  if (known) return known;
  const templates = engine.parse(text);
  parsed.set(text, templates);
  return templates;
}

function createEngine(tags: readonly string[]): Liquid {
  const created = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true, // `{% if note %}` tests whether `note` is given
    ownPropertyOnly: true,
    ...LIMITS,
    outputEscape: print,
  });
  for (const tag of Object.keys(created.tags)) if (!tags.includes(tag)) Reflect.deleteProperty(created.tags, tag);
  Reflect.deleteProperty(created.filters, 'raw'); // it would undo the escaping
  const filters = { ...withReaderDigits(created, optionsIn), ...readerFilters(optionsIn) };
  for (const [name, filter] of Object.entries(filters)) created.registerFilter(name, filter);
  return created;
}

/** Formats what `{{ }}` prints; conditions and filters get the raw values. */
function print(this: { context: Context }, value: unknown): string {
  const { language, asHtml } = optionsIn(this.context);
  const text = toText(value, language);
  return asHtml ? escapeHtml(text) : text;
}

function optionsIn({ globals }: Context): PrintOptions {
  return (globals as { [OPTIONS]: PrintOptions })[OPTIONS]; // as `renderText` passes it
}

function toText(value: unknown, language: string): string {
  if (value === null || value === undefined) throw NOTHING;
  if (Array.isArray(value)) return value.map((each) => toText(each, language)).join('');
  if (typeof value === 'number') return printDigits(value, language);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function guarded<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    const variable = missingIn(error);
    if (variable !== null) throw notificationErrors.templateVariableMissing({ variable: variable.slice(0, 100) });
    if (isAboutTemplate(error)) throw notificationErrors.templateInvalid({ reason: error.message.slice(0, 300) });
    throw error;
  }
}

/** The variable that is missing or null; null for every other error. */
function missingIn(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'UndefinedVariableError') return /undefined variable: ([^,]+)/.exec(error.message)?.[1] ?? '';
  const isNothing = error instanceof RenderError && error.originalError === NOTHING;
  return isNothing ? withoutBraces(error.token.getText()) : null;
}

/** `{{- name | filter -}}` without the braces and the filters. Its author decides how many spaces it has: no pattern may try each of them. */
function withoutBraces(output: string): string {
  const [name = ''] = output
    .replace(/^\{\{-?/, '')
    .replace(/-?\}\}$/, '')
    .split('|', 1);
  return name.trim();
}

function isAboutTemplate(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isKnown = [ParseError, RenderError, TokenizationError].some((kind) => error instanceof kind);
  return isKnown || /limit exceeded|undefined filter/.test(error.message) || error.name === 'AssertionError';
}
