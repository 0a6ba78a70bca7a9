import { UUID_PATTERN } from '#kernel/id.ts';
import { NAME_PATTERN } from '#kernel/name.ts';
import { uniqueTexts } from '#kernel/text.ts';
import { fileErrors, MAX_TAGS, type UploadFields } from '../contract.ts';
import { addField } from '../uploads/fields.ts';

/** Uploads of one person; parts that another upload will join count too. */
export const UNFINISHED = 50;
const MAX_METADATA = 8192;
const MAX_PAIRS = 50;
const KEY = /^[!-+\--~]{1,100}$/; // visible, without commas
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NUMBER = /^(?:0|[1-9]\d{0,15})$/;
const UPLOAD_PATH = /\/files\/uploads\/([^/?]+)(?:\?|$)/;
const TAG = new RegExp(NAME_PATTERN, 'u');
const MAX_TAG = 50;
export const CHECKSUMS = ['sha1', 'sha256'] as const;
/** The names that clients in use give to the name of the file and to its type. */
const NAMES = { fileName: ['filename', 'name'], type: ['filetype', 'type'] } as const;
const FIELDS = ['module', 'folder', 'folderId', 'description'] as const;
const KNOWN = new Set<string>([...NAMES.fileName, ...NAMES.type, ...FIELDS, 'tags']);

export type UploadHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What the client says of the file. */
export interface Described {
  /** Undefined when the client names none. */
  readonly fileName: string | undefined;
  readonly declaredType: string;
  readonly fields: UploadFields;
  readonly tags: string[];
}

export interface Checksum {
  readonly algorithm: (typeof CHECKSUMS)[number];
  readonly digest: Buffer;
}

export type Concat = { readonly kind: 'whole' | 'partial' } | { readonly kind: 'final'; readonly ids: string[] };

/** Null where the header is missing. @throws `files.upload_invalid` */
export function numberOf(headers: UploadHeaders, name: string): number | null {
  const text = textOf(headers, name);
  if (text === null) return null;
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isSafeInteger(value)) throw invalid(name);
  return value;
}

/** Null for a length that comes later. @throws `files.upload_invalid` unless there is exactly one of both headers */
export function lengthOf(headers: UploadHeaders): number | null {
  const length = numberOf(headers, 'upload-length');
  const deferred = textOf(headers, 'upload-defer-length');
  if (deferred !== null && deferred !== '1') throw invalid('upload-defer-length');
  if ((length === null) === (deferred === null)) throw invalid('upload-length');
  return length;
}

/** @throws `files.upload_invalid` */
export function checksumOf(headers: UploadHeaders): Checksum | null {
  const text = textOf(headers, 'upload-checksum');
  if (text === null) return null;
  const [name = '', digest = '', ...rest] = text.split(' ');
  const algorithm = CHECKSUMS.find((known) => known === name);
  if (!algorithm || rest.length > 0 || digest === '' || !BASE64.test(digest)) throw invalid('upload-checksum');
  return { algorithm, digest: Buffer.from(digest, 'base64') };
}

/** @throws `files.upload_invalid` */
export function concatOf(headers: UploadHeaders): Concat {
  const text = textOf(headers, 'upload-concat');
  if (text === null) return { kind: 'whole' };
  if (text === 'partial') return { kind: 'partial' };
  if (!text.startsWith('final;')) throw invalid('upload-concat');
  const ids = text
    .slice('final;'.length)
    .split(' ')
    .map((url) => UPLOAD_PATH.exec(url)?.[1]?.toLowerCase() ?? '');
  const isRight = ids.length <= UNFINISHED && ids.every((id) => UUID_PATTERN.test(id));
  if (!isRight || new Set(ids).size !== ids.length) throw invalid('upload-concat');
  return { kind: 'final', ids };
}

/** The header as it is; null without one. @throws `files.upload_invalid` */
export function metadataOf(headers: UploadHeaders): string | null {
  const text = textOf(headers, 'upload-metadata');
  if (text !== null && text.length > MAX_METADATA) throw invalid('upload-metadata');
  return text === '' ? null : text;
}

/**
 * Keys that say nothing here are kept for the client, with values of any bytes: each library sends some of its own.
 * @throws `files.upload_invalid`, `files.validation_failed`
 */
export function describe(metadata: string | null): Described {
  const pairs = new Map<string, string>();
  for (const pair of metadata?.split(',') ?? []) {
    const [key = '', value = '', ...rest] = pair.trim().split(' ');
    if (!KEY.test(key) || pairs.has(key) || rest.length > 0) throw invalid('upload-metadata');
    if (!BASE64.test(value)) throw invalid('upload-metadata');
    pairs.set(key, KNOWN.has(key) ? decode(value) : '');
  }
  if (pairs.size > MAX_PAIRS) throw invalid('upload-metadata');
  const first = (keys: readonly string[]) => keys.map((key) => pairs.get(key)).find((value) => value !== undefined);
  const fields: UploadFields = {};
  for (const name of FIELDS) addField(fields, { name, value: pairs.get(name) ?? '' });
  return {
    fileName: first(NAMES.fileName),
    declaredType: (first(NAMES.type) ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    fields,
    tags: tagsOf(pairs.get('tags') ?? ''),
  };
}

function tagsOf(text: string): string[] {
  if (text === '') return [];
  const tags = uniqueTexts(text.split(',').map((tag) => tag.trim()));
  const isRight = (tag: string) => tag !== '' && Array.from(tag).length <= MAX_TAG && TAG.test(tag);
  if (!tags.every(isRight)) throw fileErrors.validationFailed({ reason: 'invalid_field', field: 'tags' });
  if (tags.length > MAX_TAGS) throw fileErrors.tooManyTags({ limit: MAX_TAGS });
  return tags;
}

function decode(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes) || text.includes('\0')) throw invalid('upload-metadata');
  return text;
}

function textOf(headers: UploadHeaders, name: string): string | null {
  const { [name]: value } = headers;
  return value === undefined ? null : String(value);
}

function invalid(header: string) {
  return fileErrors.uploadInvalid({ header });
}
