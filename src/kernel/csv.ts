import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

/**
 * RFC 4180 text of the rows, in UTF-8 with the byte order mark that spreadsheets need to read Persian. The first line
 * has the column names, also without rows. An apostrophe is put before cells that a spreadsheet would run as a formula.
 * Reads rows only as fast as its reader (backpressure).
 */
export function toCsv<Row extends object>(
  columns: readonly (keyof Row & string)[],
  rows: AsyncIterable<Row> | Iterable<Row>,
): Readable {
  const writer = stringify({
    header: true,
    columns: [...columns],
    bom: true,
    escape_formulas: true,
    cast: { boolean: String }, // by default `true` is 1, and `false` an empty cell
    record_delimiter: '\r\n',
    quoted_match: /[\r\n]/, // also quotes a single line feed, at which most readers would break the line
  });
  return Readable.from(rows).compose(writer);
}
