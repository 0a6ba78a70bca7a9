import { canonicalName } from '#kernel/name.ts';

const MAX_BYTES = 255;

/** Separators, also of NTFS streams (`a.js::$DATA`), control characters, line breaks, halves of pairs, what replaces unreadable bytes, and marks of direction. */
const FORBIDDEN = /[/\\:\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u2800\ufffd\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const SEPARATE = String.raw`[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Inherited}]`;
/** Letters of scripts in which joiners and half-spaces are part of spelling. */
const JOINING = String.raw`[[\p{L}\p{M}]--${SEPARATE}]`;
/** A Persian suffix also follows digits, Latin words and what closes a pair: `PDF` and its plural. */
const SUFFIX = String.raw`(?<=[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}])\u200c(?=[\p{L}--${SEPARATE}])`;
const EMOJI = String.raw`[\p{Emoji}--[0-9#*]]`;
/** Invisible characters, but for those of a spelling, and of emoji. */
const HIDDEN = new RegExp(
  String.raw`(?!(?<=${JOINING})[\u200c\u200d]|${SUFFIX}|(?<=${EMOJI}\ufe0f?)\u200d|(?<=\p{Emoji})[\ufe0e\ufe0f])\p{DI}`,
  'v',
);
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ .]*(?:\.|$)/i;
/** Windows drops them, so that the name would become another one. */
const DROPPED_EDGE = /^\s|[\s.]$/u;

/** The name in its one form (NFC), or null for one that cannot be a file's on every system, or hides characters. */
export function parseFileName(text: string): string | null {
  const name = text.normalize('NFC');
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_BYTES) return null;
  return [FORBIDDEN, HIDDEN, DEVICE, DROPPED_EDGE].some((pattern) => pattern.test(name)) ? null : name;
}

/** After the last dot, in lower case; empty if there is none. A leading dot begins no extension. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** How deep folders may be in each other. */
export const MAX_LEVELS = 20;
/** Bytes of a name as it is compared: more do not fit into an index. */
const MAX_CANONICAL_BYTES = 1000;

/** As for files; null also for a name of which nothing is left when it is compared. */
export function parseFolderName(text: string): string | null {
  const name = parseFileName(text);
  const bytes = name === null ? 0 : Buffer.byteLength(canonicalName(name));
  return bytes > 0 && bytes <= MAX_CANONICAL_BYTES ? name : null;
}

/** A path of at most twenty names; null for one that has another name in it. */
export function parseFolder(path: string): string | null {
  const names = path.split('/').map(parseFolderName);
  return names.length > MAX_LEVELS || names.includes(null) ? null : names.join('/');
}
