import type { Module } from '#platform/module.ts';

/**
 * Makes a module that is not part of this program, such as `createInvoices`. What it is given is declared by the
 * composition root (`OwnNeeds` of `src/bonyan.ts`): the platform does not know other modules.
 */
export type OwnModule = (needs: never) => Module;

/** What `bonyan.config.ts` adds to the program. Providers are of a type that the platform does not know. */
export interface OwnParts<Provider> {
  /** Created in this order, after all modules of the program. */
  readonly modules: readonly OwnModule[];
  /** Makers of providers of messages. */
  readonly providers: readonly Provider[];
}

export { placeOf } from './place.ts';
