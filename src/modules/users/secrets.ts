import { sql } from 'kysely';
import type { HandedOut, SealedColumn, Secrets } from '#platform/keys/port.ts';
import type { UsersNeeds } from './needs.ts';

export const sealedSigningKeys: SealedColumn = {
  table: 'users.signing_key',
  key: { kid: 'text' },
  column: 'private_sealed',
  purpose: 'users.signing_key',
};
export const sealedTotpSecrets: SealedColumn = {
  table: 'users.totp',
  key: { user_id: 'uuid' },
  column: 'secret_sealed',
  purpose: 'users.totp',
};
export const sealedCodeRequests: SealedColumn = {
  table: 'users.code_request',
  key: { id: 'uuid' },
  column: 'address_sealed',
  purpose: 'users.code_request',
};
export const sealedChallenges: SealedColumn = {
  table: 'users.challenge',
  key: { token_mac: 'bytea' },
  column: 'data_sealed',
  purpose: 'users.challenge',
};
export const RECOVERY_CODE_PURPOSE = 'users.recovery_code';

/**
 * What a re-encryption must include. Codes, links in mails and locks expire within minutes, and counts of mails begin
 * again; refresh tokens, invitations and devices become invalid with the secret that made them, and are replaced at
 * their next use.
 */
export function userSecrets({ db, now }: Pick<UsersNeeds, 'db' | 'now'>): Secrets {
  return {
    sealed: [sealedSigningKeys, sealedTotpSecrets, sealedCodeRequests, sealedChallenges],
    persistentMacs: [RECOVERY_CODE_PURPOSE],
    async handedOut(before) {
      const at = now().toISOString();
      const { rows } = await sql<HandedOut>`
        select 'sessions that have not been refreshed' as what, count(*)::int as count,
               max(least(idle_expires_at, absolute_expires_at)) as until
        from users.session where revoked_at is null and rotated_at < ${before} and least(idle_expires_at, absolute_expires_at) > ${at}
        union all
        select 'invitations', count(*)::int, max(expires_at) from users.invitation
        where sent_at < ${before} and expires_at > ${at}`.execute(db.read);
      return rows;
    },
  };
}
