import { Ajv } from 'ajv';
import type { MetadataKind, UsersNeeds } from '../needs.ts';
import type { Fields } from './merge-patch.ts';

const MAX_BYTES = 8192; // of each kind, as JSON
const MAX_DEPTH = 8;

/** What own fields must be, however they come in. @throws for a schema that is none */
export function createMetadataBounds(schemas: UsersNeeds['metadataSchemas']) {
  const ajv = new Ajv({ strict: true });
  const checks = new Map(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));

  /** Why no account can have these fields; null if one can. */
  function refusalOf(kind: MetadataKind, fields: Fields): string | null {
    const tooDeep = refusalOfDepth(fields);
    if (tooDeep !== null) return tooDeep;
    if (Buffer.byteLength(JSON.stringify(fields)) > MAX_BYTES) return `longer than ${MAX_BYTES} bytes`;
    const check = checks.get(kind);
    if (!check || check(fields)) return null;
    const [error] = check.errors ?? [];
    return `${error?.instancePath ?? ''} ${error?.message ?? 'does not fit its schema'}`.trim();
  }

  return { refusalOf, refusalOfDepth };
}

export type MetadataBounds = ReturnType<typeof createMetadataBounds>;

function refusalOfDepth(fields: Fields): string | null {
  return isWithin(fields, MAX_DEPTH) ? null : `deeper than ${MAX_DEPTH} levels`;
}

/** Goes no deeper than the levels, whatever the depth of the value. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1));
}
