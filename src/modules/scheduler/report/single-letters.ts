import { deflateSync, inflateSync } from 'node:zlib';

/**
 * In the PDF of Typst one glyph may stand for several letters: «لا» is one glyph, and a half-space belongs to the letter
 * beside it. Programs that copy or search the text reverse what was set from right to left, glyph by glyph, and most of them
 * do not reverse the letters within a glyph: «تلاش‌ها» becomes «تالشه‌ا». Here each glyph stands for one letter, and the
 * others follow it as invisible glyphs, in the order in which they are seen. Own code: no package changes a text like this.
 */
export function toSingleLetters(pdf: Uint8Array): Buffer {
  const file = readObjects(Buffer.from(pdf).toString('latin1'));
  const fonts = readFonts(file.objects);
  for (const [id, page] of file.objects) {
    if (!page.includes('/Type /Page\n')) continue;
    const names = [...page.matchAll(/\/(f\d+) (\d+) 0 R/g)].map(
      ([, name, font]) => [name, fonts.get(Number(font))] as const,
    );
    const content = Number(/\/Contents (\d+) 0 R/.exec(page)?.[1]);
    const stream = file.objects.get(content);
    if (stream === undefined) throw new Error(`page ${id} has no content`);
    file.objects.set(
      content,
      rewriteStream(stream, (text) => rewriteText(text, new Map(names))),
    );
  }
  for (const font of new Set(fonts.values())) writeFont(file.objects, font);
  return Buffer.from(writeObjects(file), 'latin1');
}

/** Thousandths of the font size: so little that no program sees another word. The next glyph begins where it would. */
const WIDTH = 20;
const FIRST_HIDDEN = 0xe000; // above the glyphs of any font here
const MAX_OF_SECTION = 100; // as the format of character maps demands
const RTL = /[\u0590-\u08ff\u200c\u200d]/;
const JOINERS = new Set(['\u200c', '\u200d']);

interface File {
  /** Up to the first object. */
  readonly head: string;
  /** By number: all between `N 0 obj` and the next one. */
  readonly objects: Map<number, string>;
  readonly trailer: string;
}

interface Font {
  readonly map: number;
  readonly descendant: number;
  /** By glyph. */
  readonly letters: ReadonlyMap<number, string>;
  /** Invisible glyphs, by letter. */
  readonly hidden: Map<string, number>;
}

function readObjects(pdf: string): File {
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(pdf)?.[1]);
  const starts = [...pdf.slice(table).matchAll(/^(\d{10}) \d{5} n/gm)]
    .map(([, at]) => Number(at))
    .toSorted((a, b) => a - b);
  const objects = starts.map((start, index): [number, string] => {
    const text = pdf.slice(start, starts[index + 1] ?? table);
    return [Number.parseInt(text, 10), text];
  });
  return {
    head: pdf.slice(0, starts[0]),
    objects: new Map(objects),
    trailer: pdf.slice(pdf.indexOf('trailer', table)),
  };
}

function writeObjects({ head, objects, trailer }: File): string {
  let body = head;
  const entries = ['0000000000 65535 f\r\n'];
  for (const [id, text] of [...objects].toSorted(([a], [b]) => a - b)) {
    entries[id] = `${String(body.length).padStart(10, '0')} 00000 n\r\n`;
    body += text;
  }
  const table = `xref\n0 ${entries.length}\n${entries.join('')}`;
  return `${body}${table}${trailer.replace(/startxref\s+\d+/, `startxref\n${body.length}`)}`;
}

function readFonts(objects: ReadonlyMap<number, string>): Map<number, Font> {
  const fonts = new Map<number, Font>();
  for (const [id, text] of objects) {
    if (!text.includes('/Subtype /Type0')) continue;
    const map = Number(/\/ToUnicode (\d+) 0 R/.exec(text)?.[1]);
    const descendant = Number(/\/DescendantFonts \[(\d+) 0 R\]/.exec(text)?.[1]);
    const letters = [...(objects.get(map) ?? '').matchAll(/^<([\dA-F]{4})> <([\dA-F]+)>$/gm)].map(
      ([, glyph = '', codes = '']): [number, string] => [Number.parseInt(glyph, 16), fromHex(codes)],
    );
    fonts.set(id, { map, descendant, letters: new Map(letters), hidden: new Map() });
  }
  return fonts;
}

/** Its map has one letter for each glyph, and the invisible ones. */
function writeFont(objects: Map<number, string>, { map, descendant, hidden }: Font): void {
  const [text, widths] = [objects.get(map), objects.get(descendant)];
  if (text === undefined || widths === undefined) throw new Error('a font has no character map');
  const single = text.replace(/^<([\dA-F]{4})> <([\dA-F]+)>$/gm, (_, glyph: string, codes: string) => {
    return `<${glyph}> <${toHex(divide(fromHex(codes)).base)}>`;
  });
  const added = [...hidden].map(([letter, glyph]) => `<${glyph.toString(16).toUpperCase()}> <${toHex(letter)}>\n`);
  const sections: string[] = [];
  for (let at = 0; at < added.length; at += MAX_OF_SECTION) {
    const section = added.slice(at, at + MAX_OF_SECTION);
    sections.push(`${section.length} beginbfchar\n${section.join('')}endbfchar\n`);
  }
  objects.set(map, withStream(single, streamOf(single).replace('endcmap', `${sections.join('')}endcmap`)));
  const more = [...hidden.values()].map((glyph) => ` ${glyph} ${glyph} ${WIDTH}`).join('');
  objects.set(descendant, widths.replace(/(\/W \[[^\]]*)\]/, `$1${more}]`));
}

/** The letter that a glyph keeps, and those to the left and to the right of it as they are seen. */
function divide(text: string): { left: string[]; base: string; right: string[] } {
  const letters = Array.from(text);
  if (letters.length === 1 || !RTL.test(text)) return { left: [], base: text, right: [] };
  const at = letters.findLastIndex((letter) => !JOINERS.has(letter));
  const place = Math.max(at, 0);
  return {
    left: letters.slice(place + 1).toReversed(),
    base: letters[place] ?? '',
    right: letters.slice(0, place).toReversed(),
  };
}

const STRING = '<[\\dA-F]*>';
const SHOWN = new RegExp(
  [
    String.raw`/(?<font>f\d+) [\d.]+ Tf`,
    // One glyph whose letters are not those of its font's map.
    String.raw`/Span <<\s*/ActualText <FEFF(?<actual>[\dA-F]+)>\s*>> BDC\n(?<before>[^<>]*?)(?<glyph>${STRING}) Tj\nEMC\nEMC`,
    String.raw`\[(?<items>(?:${STRING}|[-\d.\s])*)\] TJ`,
    String.raw`(?<alone>${STRING}) Tj`,
  ].join('|'),
  'g',
);

function rewriteText(content: string, fonts: ReadonlyMap<string | undefined, Font | undefined>): string {
  let font: Font | undefined;
  return withHexStrings(content).replace(SHOWN, (whole, ...rest: unknown[]) => {
    const found = rest.at(-1) as Record<string, string | undefined>; // the named groups
    if (found['font'] !== undefined) font = fonts.get(found['font']);
    if (found['font'] !== undefined || !font) return whole;
    if (found['actual'] === undefined) return show(found['items'] ?? found['alone'] ?? '', font);
    const { before = '', glyph = '' } = found;
    font = fonts.get(/\/(f\d+) [\d.]+ Tf/.exec(before)?.[1]) ?? font;
    const shown = show(glyph, font, fromHex(found['actual']));
    return shown === null ? whole : `${before}${shown}\nEMC`;
  });
}

/** Operators that show the glyphs; null where `actual` has another letter than the map of the font. */
function show(items: string, font: Font): string;
function show(items: string, font: Font, actual: string): string | null;
function show(items: string, font: Font, actual?: string): string | null {
  const operators: string[] = [];
  let run = '';
  const end = () => {
    if (run !== '') operators.push(`[${run}] TJ`);
    run = '';
  };
  const hide = (letters: readonly string[]) => {
    if (letters.length === 0) return;
    end();
    operators.push(`3 Tr [${letters.map((letter) => `<${hiddenOf(font, letter)}> ${WIDTH}`).join(' ')}] TJ 0 Tr`);
  };
  for (const [item] of items.matchAll(new RegExp(`${STRING}|[-\\d.]+`, 'g'))) {
    if (!item.startsWith('<')) run += ` ${item} `;
    else
      for (const glyph of glyphsOf(item)) {
        const mapped = font.letters.get(glyph) ?? '';
        const { left, base, right } = divide(actual ?? mapped);
        if (base !== divide(mapped).base) return null;
        hide(left);
        run += `<${toCode(glyph)}>`;
        hide(right);
      }
  }
  end();
  return operators.join('\n');
}

function hiddenOf({ hidden }: Font, letter: string): string {
  const glyph = hidden.get(letter) ?? FIRST_HIDDEN + hidden.size;
  hidden.set(letter, glyph);
  return toCode(glyph);
}

/** Each glyph has two bytes. */
function glyphsOf(string: string): number[] {
  return (string.slice(1, -1).match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16));
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Strings are also written in parentheses, which may be nested. */
function withHexStrings(content: string): string {
  let written = '';
  let string: string | null = null;
  let depth = 0;
  for (const [part] of content.matchAll(/\\(?:[0-7]{1,3}|[\s\S])|[()]|[^\\()]+/g)) {
    if (string === null) {
      if (part === '(') string = '';
      else written += part;
      continue;
    }
    if (part === ')' && depth === 0) {
      written += `<${Buffer.from(string, 'latin1').toString('hex').toUpperCase()}>`;
      string = null;
      continue;
    }
    if (part === '(') depth++;
    if (part === ')') depth--;
    string += part.startsWith('\\') ? unescape(part.slice(1)) : part;
  }
  return written;
}

function unescape(escaped: string): string {
  if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
  return ESCAPES[escaped] ?? escaped;
}

function rewriteStream(object: string, rewrite: (content: string) => string): string {
  const content = inflateSync(Buffer.from(streamOf(object), 'latin1')).toString('latin1');
  return withStream(object, deflateSync(Buffer.from(rewrite(content), 'latin1')).toString('latin1'));
}

function streamOf(object: string): string {
  const start = object.indexOf('\nstream\n') + '\nstream\n'.length;
  return object.slice(start, object.lastIndexOf('\nendstream'));
}

function withStream(object: string, content: string): string {
  const head = object.slice(0, object.indexOf('\nstream\n')).replace(/\/Length \d+/, `/Length ${content.length}`);
  return `${head}\nstream\n${content}${object.slice(object.lastIndexOf('\nendstream'))}`;
}

function fromHex(codes: string): string {
  return Buffer.from(codes, 'hex').swap16().toString('utf16le');
}

function toHex(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

const toCode = (glyph: number) => glyph.toString(16).toUpperCase().padStart(4, '0');
