import { Type, type Static } from 'typebox';
import { PASSWORD_LENGTH } from './contract.ts';

/** What a session proves itself with. */
export const Proof = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH.most }) },
  { title: 'Proof' },
);
export type Proof = Static<typeof Proof>;
