import type { Module } from '#platform/module.ts';

/**
 * Makes a module that is not part of this program, such as `createInvoices`. What it is given is declared by the
 * composition root (`OwnNeeds` of `src/bonyan.ts`): the platform does not know other modules.
 */
export type OwnModule = (needs: never) => Module;

/** The default export of `bonyan.config.ts`. */
export interface OwnConfig {
  /** Created in this order, after all modules of the program. */
  readonly modules: readonly OwnModule[];
}

/** Lets the compiler check `bonyan.config.ts`. */
export function defineConfig(config: OwnConfig): OwnConfig {
  return config;
}
