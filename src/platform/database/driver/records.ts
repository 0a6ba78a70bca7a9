import pg from 'pg';

type Field = Pick<pg.FieldDef, 'name' | 'dataTypeID'>;
/** One row as the server writes it, column by column. */
type WireRow = readonly (string | null)[];
export type ToRecord = (row: WireRow) => Record<string, unknown>;

/** Functions that turn the rows of statements into records with camelCase keys. */
export function createRecordMakers() {
  const made = new Map<string, ToRecord>();

  /** The same function for all statements, and connections, with the same columns. */
  return (fields: readonly Field[]): ToRecord => {
    const key = JSON.stringify(fields.map(({ name, dataTypeID }) => [name, dataTypeID]));
    const known = made.get(key) ?? makeRecords(fields);
    made.set(key, known);
    return known;
  };
}

/**
 * Generates the function: all its records then have one shape from the beginning. With keys assigned in a loop a list of
 * todos takes 4 % more of the processor.
 */
function makeRecords(fields: readonly Field[]): ToRecord {
  const parsers = fields.map(({ dataTypeID }) => getTypeParser(dataTypeID));
  const properties = fields.map(({ name }, index) => {
    const value = `row[${index}]`;
    const parsed = parsers[index] === String ? value : `${value} === null ? null : parsers[${index}](${value})`;
    return `${JSON.stringify(toCamel(name))}: ${parsed}`;
  });
  // The only text from elsewhere are the names of columns, and they are quoted.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  return new Function('parsers', `return (row) => ({ ${properties.join(', ')} })`)(parsers) as ToRecord;
}

function toCamel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Instants stay ISO text from the driver to the answer (parsing them to Date would cost half of a list request), dates
 * stay `YYYY-MM-DD`, and bigint becomes a number: no count or position exceeds 2^53. What has no parser stays text.
 */
function getTypeParser(oid: number): (text: string) => unknown {
  return parsers.get(oid) ?? (pg.types.getTypeParser(oid, 'text') as (text: string) => unknown);
}

const { TEXT, VARCHAR, UUID, TIMESTAMPTZ, DATE, INT8 } = pg.types.builtins;
const TEXT_ARRAY = 1009; // not among the driver's names
const parsers = new Map<number, (text: string) => unknown>([
  [TEXT, String],
  [VARCHAR, String],
  [UUID, String],
  [DATE, String],
  [TIMESTAMPTZ, toIso],
  [INT8, Number],
  [TEXT_ARRAY, toTexts],
]);

/** `{a,b}` needs a full parser only for quoted items and for nulls. */
function toTexts(text: string): unknown {
  if (text === '{}') return [];
  if (text.includes('"') || text.includes('NULL')) return pg.types.getTypeParser(TEXT_ARRAY as never)(text);
  return text.slice(1, -1).split(',');
}

/** `2026-11-23 08:00:00.12+00`, as the server writes it in UTC, to `2026-11-23T08:00:00.120Z`. Text that is no such instant stays. */
function toIso(text: string): string {
  if (!text.endsWith('+00')) return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}
