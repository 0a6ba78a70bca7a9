import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '#platform/config/load.ts';
import { COMMAND, pageOf } from '#platform/invocation.ts';
import { findNameFaults } from '#platform/own-modules/faults.ts';
import { CONFIG_FILE } from '#platform/own-modules/load.ts';
import type { Command } from '../command.ts';
import { onlyWord } from '../users/only-word.ts';
import { capital, findTemplateFaults, rename, type NewNames } from './names.ts';

const TEMPLATE = join(import.meta.dirname, 'template');
const PAGE = pageOf('own-modules');
const MODULES = join(import.meta.dirname, '..', '..', 'modules');

export const newModule: Command = {
  name: 'new module',
  summary: 'Make a module of your own from a template, outside src/',
  options: { one: { type: 'string' } },
  takesWords: true,
  help: `NAME         of many: invoices. Small letters and digits; also its schema in the database and its path in the API
--one WORD   of one of them, where the name without its ending is wrong: people --one person

Writes modules/NAME with a table, routes, permissions, an event, texts and tests that pass, and a page in the console.
Without a bonyan.config.ts it writes that too. ${PAGE} shows how to go on.`,
  async run({ one }, words) {
    const name = onlyWord(words, 'NAME of the module, such as invoices,');
    const single = typeof one === 'string' ? one : singleOf(name);
    const folder = join('modules', name);
    requireFree(name, single, folder);
    for (const path of await copyTemplate(folder, { name, single })) console.log(`  ${path}`);
    console.log(await addToConfig(name));
    console.log(`
Test it:    ${COMMAND} test '${folder}/*.test.ts'
Words:      the titles in ${folder}/module.ts, summaries in contract.ts and texts.json are those of the template
Go on by:   ${PAGE}`);
    return 0;
  },
};

/** @throws {ConfigError} */
function requireFree(name: string, single: string, folder: string): void {
  const faults = [
    ...findNameFaults(name).map((fault) => `${name}: ${fault}`),
    ...findNameFaults(single).map((fault) => `--one ${single}: ${fault}`),
    ...findTemplateFaults(TEMPLATE, { name, single }),
  ];
  if (name === single) faults.push(`--one ${single}: expected another word than the name`);
  if (readdirSync(MODULES).includes(name))
    faults.push(`${name}: Bonyan has a module of this name; expected another one`);
  if (existsSync(folder)) faults.push(`${folder}: is there already`);
  if (faults.length > 0) throw new ConfigError(faults);
}

/** `invoice` of `invoices`; a word for all where the name has no plural ending. */
export function singleOf(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return name.replace(/ies$/, 'y');
  if (/(ss|sh|ch|x|z)es$/.test(name)) return name.replace(/es$/, '');
  return /[^s]s$/.test(name) ? name.replace(/s$/, '') : 'entry';
}

async function copyTemplate(folder: string, names: NewNames): Promise<string[]> {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const written: string[] = [];
  for (const file of files.toSorted()) {
    const path = join(folder, rename(file.slice(TEMPLATE.length + 1), names));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, rename(await readFile(file, 'utf8'), names), { flag: 'wx' });
    written.push(path);
  }
  return written;
}

/** A file that is there is not changed: what somebody has written in it is theirs. */
async function addToConfig(name: string): Promise<string> {
  const create = `create${capital(name)}`;
  const line = `import { ${create} } from './modules/${name}/module.ts';`;
  if (existsSync(CONFIG_FILE))
    return `\nAdd it to ${CONFIG_FILE}:\n  ${line}\n  export default defineConfig({ modules: […, ${create}] });`;
  const text = `import { defineConfig } from 'bonyan';\n${line}\n\nexport default defineConfig({ modules: [${create}] });\n`;
  await writeFile(CONFIG_FILE, text, { flag: 'wx' });
  return `  ${CONFIG_FILE}`;
}
