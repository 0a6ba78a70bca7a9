import { sql } from 'kysely';
import type { HandedOut, Secrets } from '#platform/keys/port.ts';
import type { UsersNeeds } from './needs.ts';
import { CODE_REQUEST_PURPOSE } from './passwords/recovery.ts';
import { RECOVERY_CODE_PURPOSE } from './factors/recovery-codes.ts';
import { SIGNING_KEY_PURPOSE } from './sessions/signing-keys.ts';
import { TOTP_PURPOSE } from './factors/totp.ts';

/**
 * What is sealed here and lasts. Codes, links of mails, challenges and locks lapse within minutes; refresh tokens,
 * invitations and devices are void without the secret of their time, and made anew at their next use.
 */
export function userSecrets({ db, now }: Pick<UsersNeeds, 'db' | 'now'>): Secrets {
  return {
    sealed: [
      { table: 'users.signing_key', key: { kid: 'text' }, column: 'private_sealed', purpose: SIGNING_KEY_PURPOSE },
      { table: 'users.totp', key: { user_id: 'uuid' }, column: 'secret_sealed', purpose: TOTP_PURPOSE },
      { table: 'users.code_request', key: { id: 'uuid' }, column: 'address_sealed', purpose: CODE_REQUEST_PURPOSE },
    ],
    lastingMacs: [RECOVERY_CODE_PURPOSE],
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
