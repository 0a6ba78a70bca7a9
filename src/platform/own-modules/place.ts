/** The message with the line of the code that failed, and no line of Node's own. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split('\n').filter((line) => !/^ +at .*node:/.test(line));
  const first = lines.findIndex((line) => line.startsWith('    at '));
  return (first === -1 ? lines : lines.slice(0, first + 1)).join('\n').trimEnd();
}
