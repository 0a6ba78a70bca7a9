import type { Generated } from 'kysely';
import type { Gadget } from './contract.ts';

/** Mirrors migrations/; the only tables that this module can name. */
export type GadgetsTables = {
  'gadgets.gadget': Omit<Gadget, 'createdAt'> & { ownerId: string; createdAt: Generated<string> };
};
