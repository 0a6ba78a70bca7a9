import { Type, type Static } from 'typebox';
import { defineError, defineEvent, definePermission, Id, Instant, VISIBLE_PATTERN } from 'bonyan';

const EXAMPLE = { title: 'The first one' };
const ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';

/** The API, the client and this module's code use the same type. */
export const Gadget = Type.Object(
  { id: Id, title: Type.String(), createdAt: Instant },
  { title: 'Gadget', examples: [{ id: ID, ...EXAMPLE, createdAt: '2026-11-23T08:00:00.000Z' }] },
);
export type Gadget = Static<typeof Gadget>;

export const NewGadget = Type.Object(
  { title: Type.String({ minLength: 1, maxLength: 200, pattern: VISIBLE_PATTERN }) },
  { title: 'NewGadget', examples: [EXAMPLE] },
);
export type NewGadget = Static<typeof NewGadget>;

export const gadgetPermissions = {
  read: definePermission('gadgets.read', 'See own gadgets', { grantedTo: ['user'] }),
  write: definePermission('gadgets.write', 'Add and delete own gadgets', { grantedTo: ['user'] }),
};

export const gadgetErrors = {
  notFound: defineError('gadgets.not_found', 404, 'Not found'),
};

/** Ids, no texts: others read what they need by the id. */
const GadgetRef = Type.Object({ gadgetId: Type.String(), ownerId: Type.String() });
export const gadgetEvents = {
  added: defineEvent('gadgets.added', 1, 'gadgetId', GadgetRef),
};
