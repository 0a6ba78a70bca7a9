import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { FastifyValidationResult } from 'fastify/types/schema.js';
import type { Language } from '#kernel/language.ts';
import type { FieldError } from '#kernel/problem.ts';

const MAX_ERRORS = 20; // enough to mend a form
// Addresses of any script, also with spaces around them; whether one exists only a message to it can tell.
const EMAIL = /^\s*[^\s@<>(),;:\\"[\]]{1,64}@[^\s@<>(),;:\\"[\]]+\.[^\s@<>(),;:\\"[\].]{2,}\s*$/u;
const MAX_NODES = 500;

/** Bodies keep their types: `"5"` is no number. Paths and queries are text, so there it is one. */
export function createValidatorCompiler(): FastifySchemaCompiler<object> {
  const body = createAjv({ coerceTypes: false });
  const bodyInFull = createAjv({ coerceTypes: false, allErrors: true });
  const lenient = createAjv({ coerceTypes: 'array', allErrors: true });
  return ({ schema, httpPart }) =>
    httpPart === 'body'
      ? failFast(body.compile(schema), bodyInFull, schema)
      : (lenient.compile(schema) as FastifyValidationResult); // its `errors` may also be undefined
}

/** Stops at the first error, so that a huge body is cheap to refuse; of a small one all errors are told. */
function failFast(first: ValidateFunction, inFull: Ajv, schema: object) {
  let all: ValidateFunction | undefined;
  function validate(data: unknown): boolean {
    if (first(data)) return true;
    validate.errors = first.errors ?? null;
    if (countNodes(data) > MAX_NODES) return false;
    all ??= inFull.compile(schema);
    all(data);
    validate.errors = all.errors ?? first.errors ?? null;
    return false;
  }
  validate.errors = null as ErrorObject[] | null;
  return validate;
}

function countNodes(data: unknown): number {
  let count = 1;
  if (data === null || typeof data !== 'object') return count;
  for (const inner of Object.values(data)) {
    count += countNodes(inner);
    if (count > MAX_NODES) break;
  }
  return count;
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ ...options, useDefaults: true, strict: false });
  formats.default(ajv);
  ajv.addFormat('email', EMAIL);
  return ajv;
}

/** A copy in which every object takes its own properties and no others, so that a typo is an error. */
export function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, inner]) => [key, closeObjects(inner)]),
  );
  if (copy['type'] === 'object' && copy['properties'] && !('additionalProperties' in copy))
    copy['additionalProperties'] = false;
  return copy;
}

/** The first few errors in the words of `language`, by JSON pointer. Nothing of the input is repeated. */
export function toFieldErrors(errors: readonly ErrorObject[], language: Language): FieldError[] {
  return errors
    .filter(({ keyword }) => keyword !== 'if')
    .slice(0, MAX_ERRORS)
    .map(({ keyword, params, instancePath }) => {
      const rule = words[keyword] ?? words['other'];
      const field = params['missingProperty'] ?? params['additionalProperty'];
      const path = field === undefined ? instancePath : `${instancePath}/${String(field).slice(0, 100)}`;
      const limit = params['limit'] ?? params['type'] ?? params['format'] ?? '';
      return { path, code: keyword, message: rule?.[language].replace('{}', String(limit)) ?? keyword };
    });
}

const words: Record<string, Record<Language, string>> = {
  required: { en: 'is required', fa: 'لازم است' },
  additionalProperties: { en: 'is not known here', fa: 'اینجا شناخته نیست' },
  type: { en: 'must be of type {}', fa: 'باید از نوع {} باشد' },
  format: { en: 'must be a valid {}', fa: 'باید {} درستی باشد' },
  pattern: { en: 'has the wrong form', fa: 'شکل درستی ندارد' },
  minLength: { en: 'must have at least {} characters', fa: 'باید دست‌کم {} نویسه داشته باشد' },
  maxLength: { en: 'must have at most {} characters', fa: 'باید حداکثر {} نویسه داشته باشد' },
  minimum: { en: 'must be at least {}', fa: 'باید دست‌کم {} باشد' },
  maximum: { en: 'must be at most {}', fa: 'باید حداکثر {} باشد' },
  minItems: { en: 'must have at least {} items', fa: 'باید دست‌کم {} مورد داشته باشد' },
  maxItems: { en: 'must have at most {} items', fa: 'باید حداکثر {} مورد داشته باشد' },
  uniqueItems: { en: 'must not contain anything twice', fa: 'نباید مورد تکراری داشته باشد' },
  minProperties: { en: 'must have at least {} fields', fa: 'باید دست‌کم {} فیلد داشته باشد' },
  const: { en: 'is not one of the allowed values', fa: 'از مقدارهای مجاز نیست' },
  enum: { en: 'is not one of the allowed values', fa: 'از مقدارهای مجاز نیست' },
  anyOf: { en: 'fits none of the allowed forms', fa: 'با هیچ‌یک از شکل‌های مجاز نمی‌خواند' },
  other: { en: 'is not valid', fa: 'درست نیست' },
};
