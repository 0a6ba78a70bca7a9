import { createRedact } from './redact.ts';

const MAX_LENGTH = 500;
const redact = createRedact([]);

/** What is kept and shown of an error: its message, at most 500 characters, without the secrets that it may repeat. */
export function toFailureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Redacted before it is cut: of half a secret nobody could tell that it is one.
  return redact.text(message.slice(0, 10 * MAX_LENGTH)).slice(0, MAX_LENGTH);
}
