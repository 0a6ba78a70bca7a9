import { UUID_PATTERN } from '#kernel/id.ts';
import { fileErrors, UploadFields } from '../contract.ts';
import { parseFolder } from '../validation/name.ts';

/** Checks a field of an upload and adds it. @throws `files.validation_failed` */
export function addField(
  fields: UploadFields,
  { name, value }: { readonly name: string; readonly value: string },
): void {
  const field = (Object.keys(UploadFields.properties) as (keyof UploadFields)[]).find((known) => known === name);
  if (field === undefined) return refuseField(name);
  if (value === '') return; // forms of browsers send fields that were left empty
  const parsed = fitsField(UploadFields.properties[field], value) ? parse(field, value) : null;
  if (parsed === null) throw fileErrors.validationFailed({ reason: 'invalid_field', field });
  fields[field] = parsed;
}

/** @throws `files.validation_failed` */
export function refuseField(name: string): never {
  throw fileErrors.validationFailed({ reason: 'unknown_field', field: name.slice(0, 100) });
}

/** Whether the text of a field is as the schema of a text says. */
export function fitsField(rule: object, value: string): boolean {
  const { pattern = '', maxLength = Infinity } = rule as TextRule; // each field is a text
  const isStorable = value.isWellFormed() && !value.includes('\0');
  return isStorable && Array.from(value).length <= maxLength && new RegExp(pattern, 'u').test(value);
}

/** Null for a value that the pattern alone does not refuse. */
function parse(field: keyof UploadFields, value: string): string | null {
  if (field === 'folder') return parseFolder(value);
  if (field === 'folderId') return UUID_PATTERN.test(value) ? value.toLowerCase() : null;
  return value;
}

/** What the schema says of a text. */
interface TextRule {
  readonly pattern?: string;
  readonly maxLength?: number;
}
