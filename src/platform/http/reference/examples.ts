import type { Json } from './refusals.ts';

/** What a schema that names no example of its own is shown with. */
const samples: Record<string, unknown> = {
  uuid: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
  'date-time': '2026-11-23T08:00:00.000Z',
  date: '2026-11-23',
  email: 'sara@example.com',
};

/**
 * The example of a schema: its own, or one that is composed of the examples of its parts. Undefined if a required part
 * has none, as a text without a format has none by itself. `schemas` are those that a `$ref` can lead to.
 */
export function exampleOf(schema: Json, schemas: Json): unknown {
  if (typeof schema['$ref'] === 'string') return exampleOf(schemas[schema['$ref'].split('/').at(-1) ?? ''], schemas);
  if (Array.isArray(schema['examples'])) return schema['examples'][0];
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (Array.isArray(schema['anyOf'])) return exampleOf(schema['anyOf'][0], schemas);
  switch ([schema['type']].flat()[0]) {
    case 'object':
      return objectExample(schema, schemas);
    case 'array':
      return arrayExample(schema['items'] ?? {}, schemas);
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'string':
      return samples[schema['format']];
    default:
      return undefined;
  }
}

function objectExample({ properties, required = [] }: Json, schemas: Json): unknown {
  if (!properties) return undefined;
  const parts = Object.entries<Json>(properties).map(([name, part]) => [name, exampleOf(part, schemas)] as const);
  const known = parts.filter(([, example]) => example !== undefined);
  const names = new Set(known.map(([name]) => name));
  return required.every((name: string) => names.has(name)) ? Object.fromEntries(known) : undefined;
}

function arrayExample(items: Json, schemas: Json): unknown {
  const example = exampleOf(items, schemas);
  return example === undefined ? undefined : [example];
}
