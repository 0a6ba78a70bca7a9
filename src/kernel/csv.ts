import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

/**
 * RFC 4180 text of the rows, in UTF-8 with the mark that spreadsheets need to read Persian. One line
 * of column names first, also without rows. Cells that a spreadsheet would run as a formula are
 * quoted with an apostrophe. Reads no faster than it is read.
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
    record_delimiter: '\r\n',
    quoted_match: /[\r\n]/, // a lone line feed breaks a line for most readers
  });
  return Readable.from(rows).compose(writer);
}
