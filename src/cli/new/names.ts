import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the template calls itself; a single pass, so that a name which contains one of the words stays as it is. */
const PLACES = /gadgets|Gadgets|gadget|Gadget/g;
/** Words that PostgreSQL takes for a schema in quotes only. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross default deferrable desc distinct do else end except false fetch for foreign freeze
  from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select similar some symmetric table tablesample then to trailing true union unique user using variadic
  verbose when where window with`.split(/\s+/),
);

export interface NewNames {
  /** Of many. */
  readonly name: string;
  /** Of one of them. */
  readonly single: string;
}

/** A text of the template in the words of the new module. */
export function rename(text: string, { name, single }: NewNames): string {
  const words: Record<string, string> = {
    gadgets: name,
    Gadgets: capital(name),
    gadget: single,
    Gadget: capital(single),
  };
  return text.replaceAll(PLACES, (word) => words[word] ?? word);
}

/** Why the template cannot have these words, one line each. */
export function findTemplateFaults(template: string, names: NewNames): string[] {
  const used = identifiersIn(template);
  const made = [...used].filter((word) => word.search(PLACES) !== -1 && !/^gadgets?$/.test(word)); // paths and tags
  const taken = made.filter((word) => used.has(rename(word, names)));
  return [
    ...(RESERVED.has(names.name)
      ? [`${names.name}: this word is part of SQL; expected another one, such as its plural`]
      : []),
    ...taken.map((word) => `--one ${names.single}: the module would have two things called ${rename(word, names)}`),
  ];
}

/** What its code declares, imports and uses, without texts and comments. */
function identifiersIn(template: string): ReadonlySet<string> {
  const files = readdirSync(template, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const words = files.flatMap((path) => {
    const code = readFileSync(join(template, path), 'utf8').replace(/\/\*.*?\*\/|\/\/.*?$|'[^'\n]*'|`[^`]*`/gms, '');
    return code.match(/\b[A-Za-z]\w*\b/g) ?? [];
  });
  return new Set(words);
}

export function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
