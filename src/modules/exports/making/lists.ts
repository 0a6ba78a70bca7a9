import type { InProcess } from '#platform/in-process/port.ts';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Document {
  readonly paths: Readonly<
    Record<string, { readonly get?: { readonly responses: Readonly<Record<string, Answer>> } } | undefined>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface List {
  /** As the documented answer has them. */
  readonly columns: readonly string[];
  /** It has pages; otherwise one answer has all of it. */
  readonly isPaged: boolean;
}

/** The list at a path of the API; null for what is no list. */
export async function listAt(inProcess: InProcess, path: string): Promise<List | null> {
  const { paths, components } = (await inProcess.document()) as Document;
  const resolve = (schema: Schema | undefined): Schema =>
    schema?.$ref === undefined ? (schema ?? {}) : resolve(components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  const route =
    paths[path] ?? Object.entries(paths).find(([template, { get } = {}]) => get && isAt(template, path))?.[1];
  const answer = resolve(route?.get?.responses['200']?.content?.['application/json']?.schema);
  const columns = Object.keys(resolve(resolve(answer.properties?.['items']).items).properties ?? {});
  return columns.length === 0 ? null : { columns, isPaged: answer.properties?.['nextCursor'] !== undefined };
}

/** For a path with ids in it. */
function isAt(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
}
