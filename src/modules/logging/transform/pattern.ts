import { hash } from 'node:crypto';

const MAX_LENGTH = 200; // of a pattern: enough to tell kinds of messages apart
const READ = 1000; // of a message
const PARTS =
  /"[^"]{0,200}"|'[^']{0,200}'|«[^»]{0,200}»|`[^`]{0,200}`|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b|\p{Nd}+(?:[.,:\u066b\u066c]\p{Nd}+)*/giu;

/** The message with quoted values, ids and numbers replaced: the same for all messages of one kind. */
export function toPattern(message: string): string {
  const pattern = message.slice(0, READ).replace(PARTS, replacement);
  return pattern.length > MAX_LENGTH ? pattern.slice(0, MAX_LENGTH).toWellFormed() : pattern;
}

function replacement(found: string): string {
  if (/^["'«`]/.test(found)) return '<s>';
  return /[a-z-]/i.test(found) ? '<id>' : '<n>';
}

/** The same for events of one kind: service, level, pattern, and the error if one is named. */
export function toFingerprint(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
