/**
 * `npm run generate` in this folder: writes what the client knows of the API from `../openapi.json`. The files are
 * checked in, and a test says that they are current. `node generate.ts DOCUMENT FOLDER` does the same for a server with
 * modules of its own.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../openapi.json', import.meta.url);
const HEAD = '// Generated from openapi.json by `npm run generate` in client/. Do not edit.\n';

interface Operation {
  readonly parameters?: readonly { readonly $ref?: string }[];
}

/** The content of each generated file, by name. */
export async function generate(document = DOCUMENT): Promise<Record<string, string>> {
  const types = await openapiTS(document, { rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true });
  const { paths } = JSON.parse(await readFile(document, 'utf8')) as { paths: Record<string, { post?: Operation }> };
  const keyed = Object.keys(paths).filter((path) => takesKey(paths[path]?.post));
  return {
    'schema.d.ts': `${HEAD}${astToString(types)}`,
    'keyed.ts': [
      `${HEAD}/** Paths whose POST takes an \`Idempotency-Key\`. */`,
      'export const keyedPaths: ReadonlySet<string> = new Set([',
      ...keyed.map((path) => `  '${path}',`),
      ']);\n',
    ].join('\n'),
  };
}

function takesKey(operation?: Operation): boolean {
  return operation?.parameters?.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey') ?? false;
}

if (import.meta.main) {
  const [document, folder = import.meta.dirname] = process.argv.slice(2);
  await mkdir(folder, { recursive: true });
  const written = await generate(document === undefined ? DOCUMENT : pathToFileURL(resolve(document)));
  for (const [name, content] of Object.entries(written)) await writeFile(join(folder, name), content);
}
