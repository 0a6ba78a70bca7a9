/** Compares whole names; `*` stands for any characters. Null matches every name. */
export function toGlob(pattern: string | null): (text: string) => boolean {
  if (pattern === null) return () => true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return (text) => text === pattern;
  const last = rest.pop() ?? '';
  return (text) =>
    text.length >= first.length + last.length &&
    text.startsWith(first) &&
    text.endsWith(last) &&
    hasInOrder(text.slice(first.length, text.length - last.length), rest);
}

/** Whether the text has these parts, one behind the other. */
export function hasInOrder(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}
