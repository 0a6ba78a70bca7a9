import { sql } from 'kysely';
import type { HandedOut, Secrets } from '#platform/keys/port.ts';
import type { UsersNeeds } from './needs.ts';

/** Purposes of keys whose ciphertexts and MACs outlive a change of the application secret. */
export const SIGNING_KEY_PURPOSE = 'users.signing_key';
export const TOTP_PURPOSE = 'users.totp';
export const CODE_REQUEST_PURPOSE = 'users.code_request';
export const RECOVERY_CODE_PURPOSE = 'users.recovery_code';

/**
 * The sealed columns that a re-encryption must include. Codes, links in mails, challenges and locks expire within
 * minutes, and counts of mails begin again; refresh tokens, invitations and devices become invalid with the secret that
 * made them, and are replaced at their next use.
 */
export function userSecrets({ db, now }: Pick<UsersNeeds, 'db' | 'now'>): Secrets {
  return {
    sealed: [
      { table: 'users.signing_key', key: { kid: 'text' }, column: 'private_sealed', purpose: SIGNING_KEY_PURPOSE },
      { table: 'users.totp', key: { user_id: 'uuid' }, column: 'secret_sealed', purpose: TOTP_PURPOSE },
      { table: 'users.code_request', key: { id: 'uuid' }, column: 'address_sealed', purpose: CODE_REQUEST_PURPOSE },
    ],
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
