import { readdirSync } from 'node:fs';

const BUILT = new URL('../../../console/dist/assets/', import.meta.url);
/** As in `console/src/fonts.css`: one file for each script. */
const FONTS = [
  {
    file: 'vazirmatn-arabic-',
    family: 'Vazirmatn Variable',
    range: 'U+0600-06FF, U+0750-077F, U+200C-200E, U+2010-2011, U+FB50-FDFF, U+FE70-FEFC',
  },
  {
    file: 'hanken-grotesk-latin-',
    family: 'Hanken Grotesk Variable',
    range: 'U+0000-00FF, U+2000-200B, U+2012-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215',
  },
  { file: 'jetbrains-mono-latin-', family: 'JetBrains Mono Variable', range: 'U+0000-00FF' },
] as const;

/** Styles that load the fonts of the console; empty where it was not built. `prefix` is before every path. */
export function fontFaces(prefix: string, built = BUILT): string {
  const assets = namesIn(built);
  return FONTS.map(({ file, family, range }) => {
    const name = assets.find((one) => one.startsWith(file) && one.endsWith('.woff2'));
    return name === undefined
      ? ''
      : `@font-face { font-family: "${family}"; font-display: swap; font-weight: 100 900;
  src: url("${prefix}/console/assets/${name}") format("woff2"); unicode-range: ${range}; }\n`;
  }).join('');
}

function namesIn(folder: URL): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not built
  }
}
