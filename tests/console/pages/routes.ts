import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../console/src/app/routes/', import.meta.url);
const ROUTE = /(?:const (\w+) = )?createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: '([^']+)'/g;

/** The pages of the router, sorted: `/files/folders/$folderId`. A frame of other pages is none. */
export function routesOfConsole(): string[] {
  const source = readdirSync(FOLDER)
    .map((file) => readFileSync(new URL(file, FOLDER), 'utf8'))
    .join('\n');
  const found = [...source.matchAll(ROUTE)].map(([, name, parent = '', path = '']) => ({ name, parent, path }));
  const parents = new Set(found.map(({ parent }) => parent));
  const pathOf = (name: string): string => {
    const route = found.find((one) => one.name === name);
    return route ? `${pathOf(route.parent)}${route.path}` : '';
  };
  return found
    .filter(({ name }) => name === undefined || !parents.has(name))
    .map(({ parent, path }) => `${pathOf(parent)}${path === '/' && parent !== 'root' ? '' : path}`)
    .toSorted();
}
