import { fillSealed, type Filling } from '../filling.ts';

const OWN_AT_MOST = 10_000; // sessions and devices of one person
const OWN_KEYS = 50; // as many as one may have
/** Of each authenticator app, in Base32. */
export const TOTP_SECRET = 'A4DQOA4H'.repeat(4);

/**
 * Accounts `person-1@example.com` and so on, with the owner's password, and what belongs to accounts. One in a thousand
 * is pending, another one disabled.
 */
export async function fillUsers(filling: Filling): Promise<void> {
  const { sql, each, ownerId, keys } = filling;
  const owned = (atMost: number) =>
    `case when n <= ${2 * atMost} then pg_temp.growth_owner(n) else pg_temp.growth_id('user', n) end`;
  await sql(
    `insert into users."user" (id, email, first_name, last_name, password_hash, status, language, email_verified_at, created_at)
     select pg_temp.growth_id('user', n), 'person-' || n || '@example.com',
            (array['سارا', 'Sara', 'رضا', 'Reza', 'مینا', 'John'])[1 + n % 6],
            (array['امینی', 'Amini', 'کریمی', 'Karimi', 'Smith', 'Young', 'رضایی'])[1 + n % 7],
            o.password_hash, case n % 1000 when 0 then 'pending' when 1 then 'disabled' else 'active' end, 'en',
            case when n % 1000 <> 0 then pg_temp.growth_at(n) end,
            case when n % 1000 <> 0 then pg_temp.growth_at(n) else now() - interval '1 day' end
     from ${each}, users."user" o where o.id = $1`,
    [ownerId],
  );
  await sql(
    `insert into users.session (id, user_id, secret, rotated_at, created_at, last_used_at, idle_expires_at,
       absolute_expires_at, ip, device, proved_at, revoked_at)
     select pg_temp.growth_id('session', n), ${owned(OWN_AT_MOST)}, sha256(n::text::bytea), now(), now() - interval '2 days', now(),
            now() + interval '7 days', now() + interval '30 days', '192.0.2.7', 'Firefox on Linux',
            now() - interval '2 days', case when n % 5 = 0 then now() end
     from ${each}`,
  );
  await sql(
    `insert into users.device (user_id, id, label, first_seen_at, last_seen_at, last_failure_at)
     select ${owned(OWN_AT_MOST)}, pg_temp.growth_id('device', n), 'Firefox on Linux', pg_temp.growth_at(n), pg_temp.growth_at(n),
            pg_temp.growth_at(n)
     from ${each}`,
  );
  await fillAttempts(filling);
  await sql(
    `insert into users.api_key (id, user_id, prefix, hash, name, scopes, created_at, expires_at)
     select pg_temp.growth_id('key', n), ${owned(OWN_KEYS)}, lpad(n::text, 12, '0'), sha256(n::text::bytea), 'import',
            array['todos.read'], pg_temp.growth_at(n), now() + interval '90 days'
     from ${each}`,
  );
  await fillImpersonations(filling);
  await sql(
    `insert into users.passkey (id, user_id, credential_id, public_key, counter, transports, is_backed_up, name, created_at)
     select pg_temp.growth_id('passkey', n), pg_temp.growth_id('user', n), 'growth-' || n, '', 0, '{}', false, 'laptop',
            pg_temp.growth_at(n)
     from ${each} where n % 10 = 3`,
  );
  await sql(
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     select pg_temp.growth_id('identity', n), ${owned(1)}, 'google', 'https://accounts.google.com',
            'growth-' || n, pg_temp.growth_at(n), now()
     from ${each}`,
  );
  await sql(
    `insert into users.password_history (id, user_id, hash)
     select pg_temp.growth_id('password', n), u.id, u.password_hash
     from ${each}, users."user" u where u.id = pg_temp.growth_id('user', n)`,
  );
  await sql(
    `insert into users.recovery_code (user_id, code_mac, created_at)
     select pg_temp.growth_id('user', n), sha256(n::text::bytea), pg_temp.growth_at(n) from ${each} where n % 10 = 3`,
  );
  const totp = {
    table: 'users.totp',
    key: { user_id: 'uuid' },
    column: 'secret_sealed',
    purpose: 'users.totp',
  } as const;
  await fillSealed(
    filling,
    'user',
    (id, n) => [n % 10 === 3 ? keys.seal(totp, id, TOTP_SECRET) : Buffer.alloc(0)],
    `insert into users.totp (user_id, secret_sealed, confirmed_at, created_at)
     select id, sealed, now(), now() from unnest($1::bigint[], $2::uuid[], $3::bytea[]) r (n, id, sealed) where n % 10 = 3`,
  );
}

/** Of a few people somebody acts on behalf; of all the time of a mail about it is known. */
async function fillImpersonations({ sql, each }: Filling): Promise<void> {
  await sql(
    `insert into users.api_key (id, user_id, prefix, hash, name, scopes, created_at, expires_at, impersonator_id,
       impersonator_session_id, reason)
     select pg_temp.growth_id('impersonation', n), pg_temp.growth_id('user', n), 's' || lpad(n::text, 11, '0'),
            sha256(('s' || n)::bytea), 'support', array['todos.read'], now(), now() + interval '30 minutes',
            pg_temp.growth_id('user', n - 1), pg_temp.growth_id('session', n - 1), 'Ticket 4512: files are missing'
     from ${each} where n % 100 = 7`,
  );
  await sql(
    `insert into users.impersonation_mail (user_id, impersonator_id, sent_at)
     select pg_temp.growth_id('user', n), pg_temp.growth_id('user', 1 + n % 10), now() from ${each}`,
  );
}

/** What counts wrong passwords, guesses and mails: mostly of long ago. */
async function fillAttempts({ sql, each }: Filling): Promise<void> {
  const mac = (kind: string) => `sha256(('${kind}' || n)::bytea)`;
  await sql(
    `insert into users.lockout (address_mac, failures, last_failure_at, user_id)
     select ${mac('address')}, 1, now() - interval '1 hour', case when n % 2 = 0 then pg_temp.growth_id('user', n) end
     from ${each}`,
  );
  await sql(
    `insert into users.wrong_guess (user_id, kind, guessed_at)
     select pg_temp.growth_id('user', n), 'password', now() - interval '1 minute' from ${each}`,
  );
  await sql(
    `insert into users.network_failure (network_mac, failed_at)
     select sha256(('network' || n % 1000)::bytea), now() - interval '1 minute' from ${each}`,
  );
  await sql(
    `insert into users.code (user_id, purpose, expires_at, sent_at)
     select pg_temp.growth_id('user', n), 'verification', pg_temp.growth_at(n), pg_temp.growth_at(n) from ${each}`,
  );
  await sql(
    `insert into users.code_limit (subject_mac, sent_at, window_at) select ${mac('subject')}, now(), now() from ${each}`,
  );
  await sql(`insert into users.unasked_mail (address_mac, since, mails) select ${mac('mail')}, now(), 1 from ${each}`);
  await sql(
    `insert into users.external_code (address_mac, sent_at, expires_at) select ${mac('code')}, now(), now() from ${each}`,
  );
  await sql(
    `insert into users.metadata (user_id, public, unsafe)
     select pg_temp.growth_id('user', n), jsonb_build_object('plan', 'plan ' || n % 3), '{"theme":"dark"}' from ${each}`,
  );
  await sql(
    `insert into users.imported (external_id, user_id)
     select 'outside-' || n, pg_temp.growth_id('user', n) from ${each}`,
  );
  await sql(
    `insert into users.invitation (user_id, link_mac, sent_at, expires_at)
     select pg_temp.growth_id('user', n), ${mac('link')}, now(), now() + interval '7 days' from ${each} where n % 1000 = 0`,
  );
}
