import { Liquid, ParseError, RenderError, TokenizationError } from 'liquidjs';
import { notificationErrors } from './contract.ts';

/** Conditions and loops; nothing that reads files, keeps state, or calls other templates. */
const TAGS = new Set(['if', 'unless', 'case', 'for', 'break', 'continue', 'comment', 'raw', '#']);
/** Characters parsed, milliseconds of rendering (nothing else runs meanwhile), and units of memory. */
const LIMITS = { parseLimit: 200_000, renderLimit: 100, memoryLimit: 1e7 };
const MOST_RENDERED = 262_144;

const plain = createEngine(false);
const escaped = createEngine(true);

export type Variables = Readonly<Record<string, unknown>>;

/** @throws `notifications.template_invalid` */
export function checkTemplate(text: string): void {
  guarded(() => plain.parse(text));
}

/** Names of what the texts ask for, sorted. */
export function variablesOf(...texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => plain.globalVariablesSync(text));
  return [...new Set(names)].toSorted();
}

/**
 * `asHtml` escapes every value, without exception.
 * @throws `notifications.template_variable_missing`, `notifications.template_invalid`, `notifications.content_too_large`
 */
export function renderText(text: string, variables: Variables, { asHtml }: { asHtml: boolean }): string {
  const rendered = guarded(() => String((asHtml ? escaped : plain).parseAndRenderSync(text, { ...variables })));
  if (rendered.length > MOST_RENDERED) throw notificationErrors.contentTooLarge({ most: MOST_RENDERED });
  return rendered;
}

function createEngine(isEscaping: boolean): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true, // `{% if note %}` asks whether there is one
    ownPropertyOnly: true,
    ...LIMITS,
    ...(isEscaping && { outputEscape: 'escape' as const }),
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) Reflect.deleteProperty(engine.tags, tag);
  Reflect.deleteProperty(engine.filters, 'raw'); // it would undo the escaping
  return engine;
}

function guarded<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (isMissing(error))
      throw notificationErrors.templateVariableMissing({
        variable: /undefined variable: ([^,]+)/.exec(error.message)?.[1],
      });
    if (isAboutTemplate(error)) throw notificationErrors.templateInvalid({ reason: error.message.slice(0, 300) });
    throw error;
  }
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === 'UndefinedVariableError';
}

function isAboutTemplate(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isKnown = [ParseError, RenderError, TokenizationError].some((kind) => error instanceof kind);
  return isKnown || /limit exceeded|undefined filter/.test(error.message) || error.name === 'AssertionError';
}
