/** The one argument of a command. @throws an error of usage */
export function onlyWord(words: readonly string[], what: string): string {
  const [word, ...others] = words;
  if (word !== undefined && others.length === 0) return word;
  throw Object.assign(new Error(`${what} is expected`), { code: 'ERR_PARSE_ARGS_MISSING' });
}
