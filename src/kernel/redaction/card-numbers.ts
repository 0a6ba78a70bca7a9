const DIGIT = '[0-9\\u06f0-\\u06f9\\u0660-\\u0669]';
const SEPARATOR = '[ \\-\\u00a0\\u200c.]';
const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** In one piece, or in the groups of the card; ids are found first, so that their parts are not taken for a number. */
const NUMBER = new RegExp(
  `${UUID}|(?<![\\p{L}\\p{N}_])(?:${DIGIT}{13,19}` +
    `|${DIGIT}{4}(${SEPARATOR})${DIGIT}{4}\\1${DIGIT}{4}\\1${DIGIT}{4}(?:\\1?${DIGIT}{1,3})?` +
    `|${DIGIT}{4}(${SEPARATOR})${DIGIT}{6}\\2${DIGIT}{4,5})(?![\\p{L}\\p{N}_])`,
  'gu',
);
const MANY_DIGITS = new RegExp(`${DIGIT}.?${DIGIT}{3}`, 'u');
const ZEROS = [0x30, 0x6f0, 0x660]; // Latin, Persian, Arabic

/** Replaces the numbers of payment cards, in Latin, Persian and Arabic digits. */
export function replaceCardNumbers(text: string, by: string): string {
  if (!MANY_DIGITS.test(text)) return text;
  return text.replace(NUMBER, (found) => (isCardNumber(toDigits(found)) ? by : found));
}

function toDigits(text: string): string {
  let digits = '';
  for (const letter of text) {
    const code = letter.charCodeAt(0);
    const zero = ZEROS.find((each) => code >= each && code <= each + 9);
    if (zero !== undefined) digits += String(code - zero);
  }
  return digits;
}

/**
 * Whether the networks issue such numbers (ISO/IEC 7812), and the check digit is right. Times in milliseconds, micro- and
 * nanoseconds begin with 1, as no card does.
 */
export function isCardNumber(digits: string): boolean {
  return isIssued(digits) && hasCheckDigit(digits);
}

function isIssued(digits: string): boolean {
  const { length } = digits;
  if (length === 16) return /^(?:3[5-9]|[456]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(digits);
  if (length === 15) return /^(?:3[47]|2014|2149)/.test(digits);
  if (length === 14) return /^3[0689]/.test(digits);
  if (length === 13) return digits.startsWith('4');
  return length === 19 && /^[46]/.test(digits);
}

/** Luhn. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
