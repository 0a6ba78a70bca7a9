import type { Generated } from 'kysely';
import type { KeptView } from './contract.ts';

/** Mirrors migrations/. */
export type ViewsTables = {
  'views.view': Omit<KeptView, 'createdAt'> & { ownerId: string; createdAt: Generated<string> };
};
