import type { Words } from './words.ts';

/** Lines of Markdown; the columns after the first `wordColumns` are for figures. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], wordColumns = 1): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(heads), line(heads.map((_head, at) => (at < wordColumns ? '---' : '---:'))), ...rows.map(line)];
}

/** The name of what was measured, in the language of the benchmarks: as code where the page has another one. */
export function code(name: string, { locale }: Pick<Words, 'locale'>): string {
  return locale === 'en' ? name : `\`${name}\``;
}
