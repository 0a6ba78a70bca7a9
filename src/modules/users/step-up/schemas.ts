import { Type, type Static } from 'typebox';
import { Password } from '../contract.ts';
import { Assertion, ChallengeToken } from '../factors/schemas.ts';
import { CodeOnly } from '../schemas.ts';

/**
 * One method, out of `methods` of `users.step_up_required`; a passkey is both of the last two fields, a security key those
 * with the password.
 */
export const StepUpProof = Type.Object(
  {
    password: Type.Optional(Password),
    code: Type.Optional(CodeOnly.properties.code),
    challengeToken: Type.Optional(ChallengeToken),
    credential: Type.Optional(Assertion),
  },
  {
    title: 'Proof',
    minProperties: 1,
    description:
      'A password, a code, a passkey (`challengeToken` and `credential`), or a security key (those and the password).',
    examples: [{ password: 'correct horse battery' }],
  },
);
export type StepUpProof = Static<typeof StepUpProof>;
