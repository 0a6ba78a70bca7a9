/** The budgets of the build: what a browser receives, with gzip. Used by the build, which prints them, and by a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1000;

export interface Budget {
  readonly name: string;
  readonly bytes: number;
  readonly maxBytes: number;
}

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
  readonly src?: string;
}

/** First load: the shell and the overview, with the fonts of one language beside the Latin one. */
export function measure(dist: string): Budget[] {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const chunks = Object.values(manifest).filter(({ file }) => file.endsWith('.js'));
  const first = chunks.filter(({ isEntry, src }) => isEntry === true || src?.includes('features/overview/') === true);
  const shell = closure(first, manifest);
  const size = (file: string) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  const total = (files: Iterable<string>) => [...files].reduce((bytes, file) => bytes + size(file), 0);
  const routes = chunks.filter(({ file, src }) => src?.includes('features/') === true && !shell.has(file));
  // Fonts are compressed already. A page in Persian loads the Arabic and the Latin file, one in English the Latin one.
  const fonts = readdirSync(join(dist, 'assets')).filter((file) =>
    /^(vazirmatn-arabic|hanken-grotesk-latin|jetbrains-mono-latin)-wght-normal.*\.woff2$/.test(file),
  );
  return [
    { name: 'first load, scripts', bytes: total(shell), maxBytes: 190 * KB },
    { name: 'first load, styles', bytes: total(new Set(first.flatMap(({ css = [] }) => css))), maxBytes: 15 * KB },
    {
      name: 'first load, fonts',
      bytes: fonts.reduce((bytes, file) => bytes + readFileSync(join(dist, 'assets', file)).length, 0),
      maxBytes: 125 * KB,
    },
    ...routes.map(({ file, src = file }) => ({ name: src.replace('src/', ''), bytes: size(file), maxBytes: 40 * KB })),
  ];
}

/** The files of these chunks, and of what they import. */
function closure(chunks: readonly Chunk[], manifest: Readonly<Record<string, Chunk>>): Set<string> {
  const files = new Set<string>();
  const add = (chunk: Chunk | undefined): void => {
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const name of chunk.imports ?? []) add(manifest[name]);
  };
  for (const chunk of chunks) add(chunk);
  return files;
}

export function toLine({ name, bytes, maxBytes }: Budget): string {
  const kb = (value: number) => `${(value / KB).toFixed(1)} kB`;
  return `${bytes > maxBytes ? 'OVER ' : ''}${name}: ${kb(bytes)} of ${kb(maxBytes)}`;
}
