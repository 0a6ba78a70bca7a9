import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import standardFormats from 'ajv-formats';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { FastifyValidationResult } from 'fastify/types/schema.js';
import { checkedForms, forms } from '#kernel/forms/formats.ts';
import { printNumber } from '#kernel/time/calendar.ts';
import type { Language } from '#kernel/language.ts';
import type { FieldError } from '#kernel/problem.ts';
import { httpErrors } from './port.ts';

const FORM = 'form'; // our own keyword, not part of the published schemas
const MAX_ERRORS = 20; // enough to correct a form
// As much as a person types into a form.
const MAX_NODES = 500;
const MAX_CHARACTERS = 20_000;

const strict = createAjv({ coerceTypes: false });
const strictInFull = createAjv({ coerceTypes: false, allErrors: true });
const lenient = createAjv({ coerceTypes: 'array', allErrors: true });
// Hundreds of routes share a few dozen schemas, and compiling one takes milliseconds and memory: each is compiled once,
// when it is first used. Compiling them all took a sixth of a start.
const validators = new Map<string, () => Validate>();
const serializers = new Map<string, () => (value: unknown) => string>();

/** In bodies `"5"` is not a number. Paths and queries are text, so there it is converted. */
export function createValidatorCompiler(): FastifySchemaCompiler<object> {
  return ({ schema, httpPart }) => {
    const isBody = httpPart === 'body';
    const key = `${isBody} ${JSON.stringify(schema)}`;
    const known = validators.get(key) ?? whenUsed(schema, () => compileValidator(withOneSpelling(schema), isBody));
    validators.set(key, known);
    return withStorableTexts(known);
  };
}

/** For batches: their items are judged one by one, and bytes by their reader. */
export function createBatchValidatorCompiler(): FastifySchemaCompiler<object> {
  const compile = createValidatorCompiler();
  return (route) => {
    if (route.httpPart !== 'body') return compile(route);
    const known = whenUsed(route.schema, () => compileValidator(withOneSpelling(route.schema), true));
    const validate: Validate = (data) => {
      if (Buffer.isBuffer(data)) return true;
      const fits = known();
      const isRight = fits(data);
      validate.errors = isRight ? null : (fits.errors ?? null);
      return isRight;
    };
    return validate as FastifyValidationResult;
  };
}

/** Checks `data` as the body of a request is checked, for input from elsewhere. @throws `http.invalid` */
export function checkBody(schema: object, data: unknown): void {
  const closed = closeObjects(schema) as object;
  const validate = createValidatorCompiler()({ schema: closed, method: '', url: '', httpPart: 'body' });
  if (validate(data)) return;
  throw httpErrors.invalid({ in: 'body', errors: toFieldErrors(validate.errors ?? [], 'en') });
}

/** Prints answers; only the fields of their schema. */
export function createSerializerCompiler(): FastifySerializerCompiler<object> {
  const compile = SerializerSelector()({}, {});
  return (route) => {
    const key = JSON.stringify(route.schema);
    const known = serializers.get(key) ?? whenUsed(route.schema, () => compile({ httpStatus: 'default', ...route }));
    serializers.set(key, known);
    return (value) => known()(value);
  };
}

/** Compiles what no request has used so far. For tests: of a schema that cannot be compiled its first request would tell. */
export function compileAllSchemas(): void {
  for (const compiled of [...validators.values(), ...serializers.values()]) compiled();
}

/** @throws at once for a schema that cannot be compiled: that stops the start */
function whenUsed<T>(schema: object, compile: () => T): () => T {
  void strict.validateSchema(schema, true); // throws at once; a promise only for `$async` schemas
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'pattern' && typeof value === 'string') RegExp(value, 'u');
    return value;
  });
  // Rare, and only compiling them shows whether they are right.
  let compiled = /"(\$ref|\$id|patternProperties|allOf|if)":/.test(text) ? compile() : undefined;
  return () => (compiled ??= compile());
}

function compileValidator(schema: object, isBody: boolean): Validate {
  return isBody ? failFast(strict.compile(schema), strictInFull, schema) : lenient.compile(schema);
}

/** A copy that replaces values with several spellings by their one form: cache keys and rows compare as text. */
function withOneSpelling<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(withOneSpelling) as T;
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).map(([key, inner]) => [key, withOneSpelling(inner)]);
  const hasForms = 'format' in schema && typeof schema.format === 'string' && Object.hasOwn(forms, schema.format);
  return Object.fromEntries(hasForms ? [[FORM, schema.format], ...entries] : entries);
}

type Validate = Pick<ValidateFunction, 'errors'> & ((data: unknown) => boolean);

/** Stops at the first error, so that a huge body is refused cheaply; for a small one all errors are reported. */
function failFast(first: ValidateFunction, inFull: Ajv, schema: object): Validate {
  let all: ValidateFunction | undefined;
  const validate: Validate = (data) => {
    if (first(data)) return true;
    validate.errors = first.errors ?? null;
    if (!isSmall(data)) return false;
    all ??= inFull.compile(schema);
    all(data);
    validate.errors = all.errors ?? first.errors ?? null;
    return false;
  };
  return validate;
}

/** Also refuses texts that fit the schema but cannot be stored unchanged. */
function withStorableTexts(compiled: () => Validate) {
  function validate(data: unknown): boolean {
    const fits = compiled();
    validate.errors = null;
    if (!fits(data)) {
      validate.errors = fits.errors ?? null;
      return false;
    }
    const instancePath = findUnstorable(data);
    if (instancePath === null) return true;
    validate.errors = [{ keyword: 'characters', instancePath, schemaPath: '', params: {} }];
    return false;
  }
  validate.errors = null as ErrorObject[] | null;
  return validate as FastifyValidationResult;
}

/** JSON pointer to the first text with half of a surrogate pair, or with U+0000, which PostgreSQL cannot store. */
function findUnstorable(data: unknown): string | null {
  const open = [{ value: data, path: '' }]; // no recursion: input can be nested deeper than the stack
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && !isStorable(value)) return path;
    if (value === null || typeof value !== 'object') continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) return path;
      if (typeof inner === 'string' || typeof inner === 'object')
        open.push({ value: inner, path: `${path}/${escapePointer(key)}` });
    }
  }
  return null;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function isSmall(data: unknown): boolean {
  const open = [data];
  let nodes = 0;
  let characters = 0;
  while (open.length > 0) {
    const value = open.pop();
    nodes += 1;
    if (typeof value === 'string') characters += value.length;
    if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) open.push(inner);
    if (nodes + open.length > MAX_NODES || characters > MAX_CHARACTERS) return false;
  }
  return true;
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ ...options, useDefaults: true, strict: false });
  standardFormats.default(ajv);
  for (const [format, parse] of Object.entries({ ...forms, ...checkedForms }))
    ajv.addFormat(format, (text) => parse(text) !== null);
  ajv.addKeyword({ keyword: FORM, before: 'enum', modifying: true, errors: false, validate: toForm });
  return ajv;
}

/** What has no form stays as it is: the format refuses it. */
function toForm(format: string, value: unknown, _?: unknown, at?: DataValidationCxt): boolean {
  if (at && typeof value === 'string') at.parentData[at.parentDataProperty] = forms[format]?.(value) ?? value;
  return true;
}

/** A copy in which every object refuses unknown properties, so that a typo is an error. */
export function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, inner]) => [key, closeObjects(inner)]),
  );
  const isObject = [copy['type']].flat().includes('object'); // also one that may be null
  if (isObject && copy['properties'] && !('additionalProperties' in copy)) copy['additionalProperties'] = false;
  return copy;
}

/** The first errors, in `language`, by JSON pointer. They repeat nothing of the input. */
export function toFieldErrors(errors: readonly ErrorObject[], language: Language): FieldError[] {
  return errors
    .filter(({ keyword }) => keyword !== 'if')
    .slice(0, MAX_ERRORS)
    .map(({ keyword, params, instancePath }) => {
      const field = params['missingProperty'] ?? params['additionalProperty'];
      const path = field === undefined ? instancePath : `${instancePath}/${escapePointer(String(field).slice(0, 100))}`;
      const { limit, type, format, allowedValues, allowedValue } = params;
      const values = allowedValues ?? allowedValue; // as they are sent, in every language
      const allowed = values === undefined ? (limit ?? type ?? format ?? '') : [values].flat().map(toWire).join(', ');
      return toFieldError(path, keyword, language, allowed);
    });
}

/**
 * `rule` is a keyword of JSON Schema, or `characters`: text that cannot be stored. `limit` is what the rule allows.
 */
export function toFieldError(path: string, rule: string, language: Language, limit: unknown = ''): FieldError {
  const text = words[rule] ?? words['other'];
  return { path, code: rule, message: text?.[language].replace('{}', () => toAllowed(limit, language)) ?? rule };
}

/** Numbers have the digits of the language; types and formats have their names in it. */
function toAllowed(limit: unknown, language: Language): string {
  if (typeof limit === 'number') return printNumber(limit, language);
  if (Array.isArray(limit))
    return limit.map((one) => toAllowed(one, language)).join(language === 'fa' ? ' یا ' : ' or ');
  return (language === 'fa' ? PERSIAN_NAMES[String(limit)] : undefined) ?? String(limit);
}

function toWire(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

const PERSIAN_NAMES: Readonly<Record<string, string>> = {
  string: 'متن',
  number: 'عدد',
  integer: 'عدد صحیح',
  boolean: 'true یا false',
  array: 'آرایه',
  object: 'شیء',
  email: 'ایمیل',
  phone: 'شمارهٔ تلفن',
  uuid: 'شناسهٔ UUID',
  date: 'تاریخ (YYYY-MM-DD)',
  'date-time': 'زمان (RFC 3339)',
  'time-zone': 'منطقهٔ زمانی IANA',
  'http-url': 'نشانی وب (http یا https)',
  country: 'کد کشور (ISO 3166)',
};
const words: Record<string, Record<Language, string>> = {
  required: { en: 'is required', fa: 'لازم است' },
  additionalProperties: { en: 'is an unknown field', fa: 'فیلد ناشناخته است' },
  type: { en: 'must be of type {}', fa: 'باید از نوع {} باشد' },
  format: { en: 'must be a valid {}', fa: 'باید یک {} معتبر باشد' },
  pattern: { en: 'has the wrong format', fa: 'قالب درستی ندارد' },
  minLength: { en: 'must have at least {} characters', fa: 'باید حداقل {} کاراکتر داشته باشد' },
  maxLength: { en: 'must have at most {} characters', fa: 'باید حداکثر {} کاراکتر داشته باشد' },
  minimum: { en: 'must be at least {}', fa: 'باید حداقل {} باشد' },
  maximum: { en: 'must be at most {}', fa: 'باید حداکثر {} باشد' },
  minItems: { en: 'must have at least {} items', fa: 'باید حداقل {} مورد داشته باشد' },
  maxItems: { en: 'must have at most {} items', fa: 'باید حداکثر {} مورد داشته باشد' },
  uniqueItems: { en: 'must not contain duplicates', fa: 'نباید مورد تکراری داشته باشد' },
  minProperties: { en: 'must have at least {} fields', fa: 'باید حداقل {} فیلد داشته باشد' },
  propertyNames: { en: 'has a name that is not allowed', fa: 'نامی دارد که مجاز نیست' },
  characters: { en: 'contains characters that cannot be stored', fa: 'کاراکتری دارد که نمی‌توان ذخیره کرد' },
  const: { en: 'must be {}', fa: 'باید {} باشد' },
  enum: { en: 'must be one of {}', fa: 'باید یکی از این‌ها باشد: {}' },
  anyOf: { en: 'matches none of the allowed forms', fa: 'با هیچ‌کدام از شکل‌های مجاز سازگار نیست' },
  other: { en: 'is not valid', fa: 'معتبر نیست' },
};
