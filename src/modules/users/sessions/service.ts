import type { ApiKeys } from '../api-keys/service.ts';
import type { Devices } from '../devices/service.ts';
import type { MetadataService } from '../metadata/service.ts';
import type { UsersNeeds } from '../needs.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createSessionIssuer } from './issue.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { createSessions } from './sessions.ts';
import { createSigningKeys } from './signing-keys.ts';

type Needs = Pick<
  UsersNeeds,
  | 'db'
  | 'keys'
  | 'decisionCache'
  | 'authorization'
  | 'notifications'
  | 'issuer'
  | 'tokenAlgorithm'
  | 'signingKeyDays'
  | 'now'
>;

export interface SessionServiceNeeds extends Needs {
  readonly metadata: Pick<MetadataService, 'claimsOf'>;
  readonly devices: Devices;
  readonly apiKeys: Pick<ApiKeys, 'endImpersonations'>;
}

/** Sessions and their tokens. */
export function createSessionService(needs: SessionServiceNeeds) {
  const signingKeys = createSigningKeys(needs);
  const accessTokens = createAccessTokens({ signingKeys, issuer: needs.issuer, now: needs.now });
  const refreshTokens = createRefreshTokens(needs.keys);
  const sessionIssuer = createSessionIssuer({ ...needs, accessTokens, refreshTokens });
  const sessions = createSessions({ ...needs, accessTokens, refreshTokens, sessionIssuer });
  return { signingKeys, sessionIssuer, sessions };
}
