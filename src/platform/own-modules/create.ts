import { StartError } from '#platform/database/open.ts';
import type { Module, Routes } from '#platform/module.ts';
import { ConfigError } from '#platform/config/load.ts';
import { findFaults, findRuleFaults, type RuledModule } from './faults.ts';
import { kindOf } from './load.ts';
import { placeOf } from './place.ts';
import type { OwnModule } from './port.ts';

/**
 * Makes the modules, and checks what the compiler cannot see: that they fit to each other and to `others`.
 * @throws {ConfigError} with all faults of all of them
 */
export function createOwnModules(
  makers: readonly OwnModule[],
  needs: unknown,
  others: readonly (Pick<Module, 'name'> & RuledModule)[],
): readonly Module[] {
  const mistakes: string[] = [];
  const names = new Set(others.map(({ name }) => name));
  const kinds = new Set(others.flatMap(kindsOf));
  const made = makers.flatMap((make) => {
    const label = make.name || 'a module';
    const [module, thrown] = makeModule(make, needs);
    if (!isModule(module)) {
      const what = thrown ?? `expected to return a module with a name, not ${kindOf(module)}`;
      mistakes.push(`${label}: ${what}`);
      return [];
    }
    const { name } = module;
    if (names.has(name)) mistakes.push(`${make.name}: there is a module ${name} already; expected another name`);
    names.add(name);
    const faults = [...findFaults(module), ...findRuleFaults(module, kinds)];
    mistakes.push(...faults.map((fault) => `module ${name}: ${fault}`));
    for (const kind of kindsOf(module)) kinds.add(kind);
    return [withOwnSlots(withNamedRoutes(module))];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return made;
}

/** Each function declares which of the needs it takes, and the composition root has them all. */
function makeModule(make: OwnModule, needs: unknown): [made: unknown, thrown: string | null] {
  try {
    return [make(needs as never), null];
  } catch (error) {
    return [undefined, placeOf(error)];
  }
}

const kindsOf = ({ resourceRules = [] }: RuledModule) => resourceRules.map(({ resourceType }) => resourceType);

function isModule(value: unknown): value is Module {
  return value !== null && typeof value === 'object' && 'name' in value && typeof value.name === 'string';
}

/** A route that is declared twice, or that has no access rule, is refused when it is added: the refusal names the module. */
function withNamedRoutes(module: Module): Module {
  const { name, routes, publicRoutes } = module;
  return {
    ...module,
    ...(routes && { routes: named(name, routes) }),
    ...(publicRoutes && { publicRoutes: named(name, publicRoutes) }),
  };
}

/** A handler that never ends keeps its slot: in those of all queues, a few of them would stop the mails too. */
function withOwnSlots(module: Module): Module {
  const { workers } = module;
  return { ...module, ...(workers && { workers: workers.map((one) => ({ slots: { burst: 0 }, ...one })) }) };
}

function named(name: string, routes: Routes): Routes {
  return async (http, options) => {
    try {
      await routes(http, options);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new StartError(`Module ${name}: ${message}`, { cause: error });
    }
  };
}
