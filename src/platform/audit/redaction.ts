const REMOVED = '[removed]';
const SECRETS: readonly RegExp[] = [
  /password|passphrase|secret|credential/i,
  /tokens?$/i,
  /^(verification|recovery|reset|backup)?_?codes?$/i, // but not `statusCode`
  /^(authorization|cookie|set-cookie|otp|pin|private_?key|api_?key)$/i,
];

/**
 * Replaces the value of each field whose name says that it holds a secret, at any depth, by `[removed]`. This is the
 * last line of defence: callers must leave secrets out themselves, since a secret cannot be recognised by its value.
 */
export function withoutSecrets(payload: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [name, isSecret(name) ? REMOVED : clean(value)]),
  );
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value) return value; // an instant
  return withoutSecrets(value as Record<string, unknown>);
}

function isSecret(name: string): boolean {
  return SECRETS.some((pattern) => pattern.test(name));
}
