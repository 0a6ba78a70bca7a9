const MAX_NAMES = 10_000; // of fields that are remembered
const MAX_LENGTH = 60; // of a text that is taken for a name
const NOT_LETTERS = /[^\p{L}\p{N}]+/gu;
const SECRET_WORDS =
  /passw|passphrase|passcode|^pwd|pwd$|secret|authoriz|authentic(?:ation)?header|apikey|accesskey|privatekey|signingkey|encryptionkey|credential|cookie|bearer|^auth$|^jwt$|^otp|otp$|onetimecode|^pin$|pincode$|^cvv2?$|^cvc2?$|cardnumber|^pan$/u;
const PERSIAN_SECRETS = ['گذرواژه', 'رمزعبور', 'کلمهعبور', 'رمزپویا', 'شمارهکارت'];
const TOKEN_WORD = /token/;
const NOT_A_TOKEN = /tokens$|token(?:s?(?:count|limit|usage|used|type|index|budget)|izer|ized?)/;
/** `dbpass` is a secret; only as a whole word are these none, so that `rubyPass` is not taken for a bypass. */
const NOT_A_PASS =
  /(?:^|[^a-z])(?:by|com|encom|sur|tres|under|over|(?:low|high|band|all|boarding)[^a-z\d]?)pass[^a-z\d]*$/;
/** Whether a text can be the name of a secret: most cannot, and are not looked at again. */
const CAN_BE_SECRET =
  /pass|pwd|secret|token|auth|key|credential|cookie|bearer|otp|onetime|pin|cv[vc]|jwt|card|pan|[\u0600-\u06ff]/i;

const NAME_FIELD = /(?:name|key|field|header|param|parameter|property|attribute|variable|path)$|^k$/;
const VALUE_FIELD = /(?:values?|val|contents?)$|^(?:v|old|new|before|after|default|current|previous)$/;
const LIST_FIELD = /(?:headers|pairs|entries|args|argv|params|parameters|options)$/;

/**
 * What the name of a field says of its value: that it is a secret, that it names another value of the same object or is
 * that value (`{ name: 'password', value: 'x' }`), or that it is a list of names and values by turns.
 */
export type FieldKind = 'secret' | 'name' | 'value' | 'list' | 'other';

/** Remembers the names that it has seen: programs use the same ones again and again. */
export function createSecretNames() {
  const known = new Map<string, FieldKind>();

  function kindOf(name: string): FieldKind {
    const before = known.get(name);
    if (before !== undefined) return before;
    const kind = toKind(name);
    if (known.size < MAX_NAMES) known.set(name, kind);
    return kind;
  }

  /** Whether a text that stands where a name does is that of a secret. Of a path the last part counts. */
  function namesSecret(text: string): boolean {
    if (text.length > MAX_LENGTH || !CAN_BE_SECRET.test(text)) return false;
    return kindOf(text.slice(text.lastIndexOf('/') + 1)) === 'secret';
  }

  return { kindOf, namesSecret };
}

function toKind(name: string): FieldKind {
  if (hasSecretName(name)) return 'secret';
  const letters = lettersOf(name);
  if (LIST_FIELD.test(letters)) return 'list';
  if (NAME_FIELD.test(letters)) return 'name';
  return VALUE_FIELD.test(letters) ? 'value' : 'other';
}

function hasSecretName(name: string): boolean {
  const letters = lettersOf(name);
  if (SECRET_WORDS.test(letters) || PERSIAN_SECRETS.some((word) => letters.includes(word))) return true;
  if (letters.endsWith('pass')) return !NOT_A_PASS.test(toWords(name));
  return TOKEN_WORD.test(letters) && !NOT_A_TOKEN.test(letters);
}

function lettersOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(NOT_LETTERS, '');
}

/** `smtpPass` has two. */
function toWords(name: string): string {
  return name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2').toLowerCase();
}
