import { fileTypeFromBuffer } from 'file-type';
import { fileErrors } from '../contract.ts';
import type { FilesConfig } from '../needs.ts';
import { classifyText } from './classify-text.ts';
import { extensionOf, parseFileName } from './name.ts';
import { dangerOf, isKnownDeclaration, toContent, typeByContent, typeByExtension } from './file-types.ts';

/** Of the beginning of a file, from which its type is told. More would cost more: a hostile zip, seconds. */
export const HEAD_BYTES = 4100;
const UNKNOWN = 'application/octet-stream';
/** Many types that are not known here are one of these inside. */
const CONTAINERS = new Set(['application/zip', 'application/x-cfb', 'application/gzip', 'application/zstd']);

export interface FileHead {
  readonly bytes: Uint8Array;
  /** Whether nothing follows. */
  readonly isWhole: boolean;
}

export type ValidationConfig = Pick<FilesConfig, 'filesMaxBytes' | 'filesMaxBytesByModule' | 'filesAllow'>;

/** The rules of what is accepted: the same for every way in, and for `POST /files/validate`. */
export function createValidation({ filesMaxBytes, filesMaxBytesByModule, filesAllow }: ValidationConfig) {
  /** In the one form of names. @throws `files.invalid_name`, `files.validation_failed` for an extension that is refused */
  function judgeName(text: string): string {
    const name = parseFileName(text);
    if (name === null) throw fileErrors.invalidName();
    refuseDanger(extensionOf(name), null);
    return name;
  }

  function maxBytesOf(module: string | null | undefined): number {
    return filesMaxBytesByModule.get(module ?? '') ?? filesMaxBytes;
  }

  /** Of a file of any module. */
  const largest = Math.max(filesMaxBytes, ...filesMaxBytesByModule.values());

  /** @throws `files.too_large` */
  function judgeSize(bytes: number, module: string | null | undefined): void {
    const maxBytes = maxBytesOf(module);
    if (bytes > maxBytes) throw fileErrors.tooLarge({ maxBytes });
  }

  /**
   * The type to store, from the name and what the client has declared. @throws `files.type_mismatch`
   */
  function judgeDeclared(name: string, declared: string): string {
    const type = typeByExtension(extensionOf(name));
    const isDeclared = declared !== '' && declared !== UNKNOWN;
    const isWrong = type
      ? !type.declared.includes(declared)
      : isKnownDeclaration(declared) && declared !== 'text/plain';
    if (isDeclared && isWrong && (type || extensionOf(name) !== ''))
      throw fileErrors.typeMismatch({
        extension: extensionOf(name),
        declared,
        ...(type && { expected: type.declared }),
      });
    return type?.contentType ?? UNKNOWN;
  }

  /**
   * A stored file keeps its type: only a name of that type may be given to it. Bytes of an unknown type were never
   * compared with a known one, so they get no name of one. @throws `files.type_mismatch`
   */
  function judgeRename(name: string, contentType: string): void {
    judgeDeclared(name, contentType);
    const type = typeByExtension(extensionOf(name));
    if (!type || type.contentType === contentType || contentType === 'text/plain') return;
    throw fileErrors.typeMismatch({ extension: extensionOf(name), found: contentType });
  }

  /**
   * The type of a file by its name and its first bytes. @throws `files.type_mismatch` where they do not agree,
   * `files.validation_failed` for content that is refused
   */
  async function judgeContent(name: string, declared: string, head: FileHead): Promise<string> {
    judgeDeclared(name, declared);
    const extension = extensionOf(name);
    const content = head.bytes.byteLength === 0 ? null : await contentOf(head);
    refuseDanger(extension, content);
    const byName = typeByExtension(extension);
    if (content === null) return byName?.contentType ?? UNKNOWN; // it has none
    const found = extension !== '' && CONTAINERS.has(content) ? undefined : typeByContent(content);
    if (byName ? !byName.content.includes(content) : extension !== '' && found && found.contentType !== 'text/plain')
      throw fileErrors.typeMismatch({ extension, found: found?.contentType ?? UNKNOWN });
    const type = byName ?? found;
    const isWrong = !type || !type.declared.includes(declared);
    if (!byName && declared !== '' && declared !== UNKNOWN && isWrong && isKnownDeclaration(declared))
      throw fileErrors.typeMismatch({ declared, found: found?.contentType ?? UNKNOWN });
    return type?.contentType ?? UNKNOWN;
  }

  function refuseDanger(extension: string, content: string | null): void {
    const kind = dangerOf(extension, content);
    if (kind !== null && !filesAllow.includes(kind)) throw fileErrors.validationFailed({ reason: `${kind}_refused` });
  }

  return { judgeName, judgeSize, judgeDeclared, judgeRename, judgeContent, maxBytesOf, largest };
}

export type Validation = ReturnType<typeof createValidation>;

/** A type of `file-type`, a class of text, or `binary`. */
async function contentOf({ bytes, isWhole }: FileHead): Promise<string> {
  const text = classifyText(bytes, isWhole);
  // Texts that say what they are (calendars, XML) have more than one name: the classifier's comes first where it matters.
  if (text !== null && text !== 'text') return toContent(text);
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (found) return found.mime.split(';')[0] ?? found.mime;
  return text === null ? 'binary' : toContent(text);
}
