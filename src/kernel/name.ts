/** Names that people read and tell apart: of roles, templates, persons and labels. */

const LETTER = '(?=[\\p{L}\\p{M}])\\p{Script_Extensions=Arabic}';

/** Without any glyph; the last four are blank, although Unicode counts them as symbols or visible spaces. */
const HIDDEN = '\\p{Cc}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\p{DI}\\u1680\\u2800\\ufffc\\u{1d159}';

/**
 * One character of such a name, for patterns of schemas. Refused are control characters, line breaks, code points that
 * have no character, and those that are invisible or change the direction of text, because with them two names can look
 * the same. The half-space is taken between Persian letters.
 */
export const NAME_CHARACTER = `(?:[^${HIDDEN}]|(?<=${LETTER})\\u200c(?=${LETTER}))`;

/**
 * The pattern of a longer text, such as a description, that people can see something of. It may contain invisible
 * characters, which some scripts, emoji and the layout of lines need.
 */
export const VISIBLE_PATTERN = `[^${HIDDEN}\\s]`;

const NAME_CHARACTERS = new RegExp(NAME_CHARACTER, 'gu');

/** The pattern of a name that may begin and end with spaces, but has something else too. */
export const NAME_PATTERN = `^(?!\\s*$)${NAME_CHARACTER}*$`;

/** Letters and digits that Persian and Arabic keyboards write differently, in order with what they become. */
const PERSIAN = { from: 'يىك٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', to: 'ییک01234567890123456789' };

/**
 * The form in which names are compared: names with the same form are the same name. Case, compatible characters (NFKC),
 * ي and ی, ك and ک, digits, half-spaces and repeated spaces make no difference. It is for comparison, not for display.
 * `platform.canonical_name` in the database does the same; a test compares them over all code points.
 */
export function canonicalName(text: string): string {
  const composed = text.replace(/\p{DI}/gu, '').normalize('NFKC');
  return Array.from(composed, foldLetter)
    .join('')
    .replace(/\p{DI}/gu, '')
    .replace(/ {2,}/g, ' ')
    .replace(/^ | $/g, '');
}

/** A text from elsewhere, without what a name cannot contain. */
export function withoutHidden(text: string): string {
  return text.match(NAME_CHARACTERS)?.join('') ?? '';
}

/**
 * True when a reader could take one name for the other, although they are written differently: with letters of other
 * scripts (Cyrillic `аdmin`), with marks (`ạdmin`) or with similar characters (`adm1n`).
 */
export function looksLike(name: string, other: string): boolean {
  return skeleton(name) === skeleton(other);
}

/** A small letter, Persian ی and ک, or a Latin digit. Whatever stands beside it: `toLowerCase` has two forms of sigma. */
export function foldLetter(letter: string): string {
  const index = PERSIAN.from.indexOf(letter);
  if (index !== -1) return PERSIAN.to.charAt(index);
  if (letter === 'İ') return 'i'; // else i with a dot above, two code points
  if (!/\p{L}/u.test(letter)) return letter;
  const upper = letter.toUpperCase();
  const lower = (isOne(upper) ? upper : letter).toLowerCase();
  return isOne(lower) ? lower : letter;
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}

/**
 * What looks like a Latin letter, in either case: from the confusable characters of Unicode (UTS 39), without those
 * that NFKC or the removal of marks already makes equal. Names of the program consist of these letters.
 */
const SIMILAR: Readonly<Record<string, string>> = {
  a: 'аαɑᴀꭺꓮⲁ⍺ᗅ𐊠',
  b: 'ьʙвβᏏꓐ',
  c: 'сϲᴄꓚⲥ',
  d: 'ԁᴅꓓᏧꓒᎠɗᑯᗞᗪ',
  e: 'еεєᴇꓰᎬⲉ℮ꬲҽⴹ⋿',
  f: 'ꜰϝꓝẝ',
  g: 'ɡɢԍꓖᏀ',
  h: 'һʜнꓧᎻ',
  i: 'іιıɩӏɪlǀꓲᎥ1|׀ⲓⵏꙇ⍳ᛁ∣𑣃Ꮖ!¡',
  j: 'јϳᴊꓙᎫ',
  k: 'кκᴋꓗᏦ',
  m: 'мμᴍꓟᎷⲙϻɱᗰᛖ𐊰',
  n: 'ոпηνɴꓠⲛռɳ',
  o: 'оοօᴏꓳ0',
  p: 'рρᴘꓑᏢⲣ',
  q: 'ԛգ',
  r: 'гʀᴦꭇꓣᏒⲅꭈᎡᖇ',
  s: 'ѕꜱꓢᏚտƽᏕ𐑈𑣁',
  t: 'тτᴛꓔᎢⲧ',
  u: 'υսᴜꓴʋꞟꭎꭒ∪⋃ᑌ𑣘𐓶',
  v: 'ѵᴠꓦᏙ',
  w: 'ԝѡᴡꓪᎳ',
  x: 'хχꓫⲭ',
  y: 'уγʏүꓬ',
  z: 'ᴢꓜᏃⲍ',
};
const LATIN = new Map(
  Object.entries(SIMILAR).flatMap(([latin, similar]) =>
    Array.from(similar, (each): [string, string] => [foldLetter(each), latin]),
  ),
);

function skeleton(name: string): string {
  const letters = canonicalName(name).normalize('NFD').replace(/\p{M}/gu, '');
  return Array.from(letters, (letter) => LATIN.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm');
}
