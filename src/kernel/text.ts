import { foldLetter } from './name.ts';

/** Text as searches and labels compare it: more spellings are the same than of names, which must be told apart. */

/** Marks of Latin, Greek, Cyrillic, Hebrew, Arabic and Persian letters, tatweel, and what is invisible. */
const DROPPED =
  // oxlint-disable-next-line no-misleading-character-class -- they are combining marks, each by itself
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\p{DI}]/gu;
const SPACES = /[\t-\r \u0085\u1680\u2028\u2029]+/g; // after NFKD, which makes a space of most others

/** Letters that keyboards write differently, and digits, in order with what they become. */
const FROM = 'يىكةەٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹';
const TO = 'ییکهها01234567890123456789';
const VARIANTS = new RegExp(`[${FROM}]`, 'g');

const KEY_LETTERS = 3; // fewer would be in most texts, more would find nothing shorter

/**
 * The form in which texts are searched, and labels compared. Case, compatible characters (NFKD), marks, tatweel,
 * half-spaces, ي and ی, ك and ک, ة and ه, the kinds of alef, digits and repeated spaces make no difference. A part of a
 * text is found in it whatever stands beside that part. `platform.search_text` in the database does the same; a test
 * compares them over all code points.
 */
export function searchText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(DROPPED, '')
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(/[^\0-\x7f\u0600-\u06ff]/gu, foldLetter)
    .replace(VARIANTS, (letter) => TO.charAt(FROM.indexOf(letter)))
    .normalize('NFC')
    .replace(SPACES, ' ')
    .replace(/^ | $/g, '');
}

/** The texts without those that are the same as an earlier one. */
export function uniqueTexts(texts: readonly string[]): string[] {
  const forms = texts.map(searchText);
  return texts.filter((_, index) => forms.indexOf(forms[index] ?? '') === index);
}

/**
 * The parts by which an index finds the texts that may contain `folded`, a text in the form of `searchText`: every three
 * letters in a row. Empty for a shorter text. `platform.search_keys` in the database makes the same of what is stored.
 */
export function searchKeys(folded: string): string[] {
  const letters = Array.from(folded);
  const keys = letters.slice(KEY_LETTERS - 1).map((_, at) => letters.slice(at, at + KEY_LETTERS).join(''));
  return [...new Set(keys)];
}

const ASCII = /^[\0-\x7f]*$/;
const TOKEN = /[\p{L}\p{N}_]+/gu;
const ASCII_TOKEN = /[a-z0-9_]+/g; // the same, in half the time
const LONGEST_TOKEN = 200; // UTF-16 units; longer ones are compared by their beginning

/**
 * The words of a text, in order, in the form of `searchText`: runs of letters, digits and `_`, so that `/api/v1/orders` and
 * `cleanup.nightly` have parts. What is stored and what is searched is cut by this function alone, so that no result
 * depends on the database's locale.
 */
export function tokensOf(text: string): string[] {
  const found = ASCII.test(text) ? text.toLowerCase().match(ASCII_TOKEN) : searchText(text).match(TOKEN);
  return (found ?? []).map((token) =>
    token.length > LONGEST_TOKEN ? token.slice(0, LONGEST_TOKEN).toWellFormed() : token,
  );
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const LONGEST = 64; // UTF-16 units of a character that is kept whole; hostile ones have thousands of marks

/** The beginning of a text, at most `most` UTF-16 units, that ends with a whole character as people see it. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const begins = graphemes.segment(text.slice(0, most + LONGEST)).containing(most)?.index ?? most;
  return text.slice(0, most - begins > LONGEST ? most : begins).toWellFormed();
}
