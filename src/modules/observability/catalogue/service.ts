import type { PublishedEvent } from '#platform/events/port.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { EventContract } from '../schemas.ts';

const ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';

/** The event contracts of the program. */
export function createEventContracts({ events }: ObservabilityNeeds) {
  return {
    list: () => ({ items: events().map(toContract) }),
  };
}

export type EventContracts = ReturnType<typeof createEventContracts>;

function toContract({ event, producer, consumers }: PublishedEvent): EventContract {
  const { type, name, version, key, payload } = event;
  const schema: unknown = JSON.parse(JSON.stringify(payload)); // without TypeBox's symbols
  return {
    type,
    name,
    version,
    producer,
    consumers: [...consumers],
    key,
    schema,
    examplePayload: exampleOf(schema, key),
  };
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly format?: string;
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly minimum?: number;
}

/** A value that fits the schema. `name` is that of the field: fields that end in `Id` hold an id. */
function exampleOf(schema: unknown, name: string): unknown {
  const part = schema as JsonSchema;
  if (part.const !== undefined) return part.const;
  if (part.enum) return part.enum[0];
  if (part.anyOf) return exampleOf(part.anyOf[0], name);
  const type = typeof part.type === 'string' ? part.type : part.type?.[0];
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(part.properties ?? {}).map(([field, each]) => [field, exampleOf(each, field)]),
    );
  if (type === 'array') return [exampleOf(part.items ?? {}, name.replace(/s$/, ''))];
  if (type === 'string') return exampleText(part.format, name);
  if (type === 'integer' || type === 'number') return part.minimum ?? 1;
  return type === 'boolean' ? true : null;
}

function exampleText(format: string | undefined, name: string): string {
  if (format === 'date-time') return '2026-11-23T08:00:00.000Z';
  if (format === 'date') return '2026-11-23';
  return format === 'uuid' || /(^id|Id)$/.test(name) ? ID : 'text';
}
