const REMOVED = '[removed]';
const SECRETS: readonly RegExp[] = [
  /password|passphrase|secret|credential/i,
  /tokens?$/i,
  /^(verification|recovery|reset|backup)?_?codes?$/i, // and no `statusCode`
  /^(authorization|cookie|set-cookie|otp|pin|private_?key|api_?key)$/i,
];

/**
 * A payload as it may lie in the trail: what is named like a secret, at any depth, is replaced by `[removed]`. The last
 * line of defence: whoever records an entry leaves secrets out, as nobody can know them by their values.
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
