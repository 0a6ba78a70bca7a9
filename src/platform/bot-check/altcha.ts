import { randomInt } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { Payload } from 'altcha-lib/types';
import type { Keys } from '#platform/keys/port.ts';
import type { BotCheck } from './port.ts';

const ALGORITHM = 'PBKDF2/SHA-256';
const COST = 5000; // iterations of one try; the server does them once, for a challenge
const TRIES = [100, 400] as const; // of the client: about a second of a phone, on all cores
const LIFE_MS = 10 * 60_000;
const MAX_LENGTH = 4096;

/** Proof of work by ALTCHA's protocol (version 2), which its widget solves. It needs no other service. */
export function createAltcha({ keys, now }: { readonly keys: Keys; readonly now: () => Date }): BotCheck {
  const secrets = {
    hmacSignatureSecret: keys.mac('platform.bot_check', 'challenge').toString('hex'),
    hmacKeySignatureSecret: keys.mac('platform.bot_check', 'solution').toString('hex'),
  };

  return {
    kind: 'altcha',
    siteKey: null,
    async challenge() {
      const { parameters, signature = '' } = await createChallenge({
        ...secrets,
        algorithm: ALGORITHM,
        cost: COST,
        counter: randomInt(...TRIES),
        deriveKey,
        expiresAt: new Date(now().getTime() + LIFE_MS),
      });
      return { parameters: { ...parameters }, signature };
    },
    async verify(proof) {
      if (proof.length > MAX_LENGTH) return null;
      try {
        const { challenge, solution } = JSON.parse(Buffer.from(proof, 'base64').toString()) as Payload;
        const { verified } = await verifySolution({ ...secrets, challenge, solution, deriveKey });
        const { signature = '', parameters } = challenge;
        const isOver = (parameters.expiresAt ?? 0) * 1000 <= now().getTime();
        return verified && !isOver ? signature : null;
      } catch {
        return null; // it comes from outside and may be anything
      }
    },
  };
}
