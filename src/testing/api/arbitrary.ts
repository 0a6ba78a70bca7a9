import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { checkedForms, forms } from '#kernel/forms/formats.ts';
import type { Schema } from './operations.ts';

const ajv = new Ajv({ strict: false });
formats.default(ajv);
for (const [format, parse] of Object.entries({ ...forms, ...checkedForms }))
  ajv.addFormat(format, (text) => parse(text) !== null);

/** For schemas without examples: texts that match formats which random texts rarely match. */
const SAMPLES = [
  'a',
  'نان بخر',
  '123456',
  '۱۲۳۴۵۶',
  'todos.read',
  'admin',
  'user',
  '2026-11-23',
  '22:00',
  '2026-11-23T08:00:00.000Z',
  '1999-01-01T12:30:00+03:30',
  'sara@example.com',
  'کاربر@نمونه.ایران',
  'correct horse battery staple',
  '01900000-0000-7000-8000-000000000001',
  '01900000-0000-7000-8000-00000000ffff',
];

const ADD_EXAMPLES = 'add `examples` to the schema, in contract.ts or schemas.ts of its module';
const SEED = 1; // any number

/** True when `data` fits `schema`. */
export function fits(schema: Schema, data: unknown): boolean {
  return ajv.validate(schema, data);
}

/** A value that fits `schema`: its first example, else a generated value, always the same. */
export function sampleOf(schema: Schema): unknown {
  const [first] = examplesOf(schema);
  return first === undefined ? fc.sample(valid(schema, []), { numRuns: 1, seed: SEED })[0] : first;
}

/**
 * Values that fit `schema`; one in ten is an example, because every body has one, and it is always the same. `known`
 * are ids of existing rows, used for fields that are ids.
 */
export function valid(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const examples = examplesOf(schema);
  const generated = generate(schema, known);
  if (examples.length === 0) return generated;
  return fc.oneof({ arbitrary: fc.constantFrom(...examples), weight: 1 }, { arbitrary: generated, weight: 9 });
}

function examplesOf(schema: Schema): unknown[] {
  const { examples = [], example } = schema;
  return [...(examples as unknown[]), ...(example === undefined ? [] : [example])].filter((value) =>
    fits(schema, value),
  );
}

function generate(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const { type, enum: words, anyOf, const: constant } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[]));
  if (Array.isArray(anyOf)) return fc.oneof(...(anyOf as Schema[]).map((inner) => valid(inner, known)));
  if (Array.isArray(type)) return fc.oneof(...type.map((one: string) => valid({ ...schema, type: one }, known)));
  return ofType(schema, known);
}

function ofType(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  switch (schema['type']) {
    case 'integer':
      return fc.oneof(fc.integer({ min: -3, max: 120 }), fc.maxSafeInteger()).filter((value) => fits(schema, value));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc
        .array(valid(schema['items'], known), { maxLength: Math.min(schema['maxItems'] ?? 5, 5) })
        .filter((value) => fits(schema, value));
    case 'object':
      return validObject(schema, known);
    default:
      return validText(schema, known);
  }
}

function validObject(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const properties = Object.entries<Schema>(schema['properties'] ?? {});
  const required = (schema['required'] as string[] | undefined) ?? [];
  const { additionalProperties: others, propertyNames: names = {}, minProperties: minKeys = 0 } = schema;
  if (properties.length === 0 && typeof others === 'object')
    return fc
      .dictionary(validText(names, []), valid(others, known), { minKeys, maxKeys: minKeys + 3, noNullPrototype: true })
      .filter((value) => fits(schema, value));
  return fc
    .record(Object.fromEntries(properties.map(([name, inner]) => [name, valid(inner, known)])), {
      requiredKeys: required,
    })
    .filter((value) => fits(schema, value));
}

function validText(schema: Schema, known: readonly string[]): fc.Arbitrary<string> {
  const random = fc.string({
    unit: 'grapheme',
    minLength: schema['minLength'] ?? 0,
    maxLength: schema['maxLength'] ?? 60,
  });
  const texts = [...examplesOf(schema), ...SAMPLES, ...known].filter((value) => typeof value === 'string');
  const fitting = texts.filter((value) => fits(schema, value));
  if (fitting.length === 0) throw new Error(`no text fits ${JSON.stringify(schema)}: ${ADD_EXAMPLES}`);
  return fc.oneof(fc.constantFrom(...fitting), random).filter((value) => fits(schema, value));
}
