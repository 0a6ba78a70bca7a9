import type { Filling } from '../filling.ts';

/**
 * One profile for each account. One in ten is public, nearly all prefer `fa` or `en`; the language `de` and a full profile are
 * rare, and of the oldest accounts.
 */
export async function fillProfiles({ sql, each, ownerId }: Filling): Promise<void> {
  await sql(
    `insert into profiles.profile (id, user_id, first_name, last_name, display_name, bio, location, contact_email, country,
            is_profile_public, preferred_language, interests, links, completeness, created_at, updated_at)
     select pg_temp.growth_id('profile', n), case when n = 2 then '${ownerId}'::uuid else pg_temp.growth_id('user', n) end,
            w[1 + n % 7], w[8 + n / 7 % 6], w[1 + n % 7] || ' number ' || n, 'I read and write.', w[8 + n % 6],
            'person-' || n || '@example.com', 'IR', n % 10 = 0, case when n in (1, 3, 5) then 'de' when n % 3 = 0 then 'en' when n % 3 = 1 then 'fa' end,
            array['art'], '{"site": "https://example.com"}', case when n in (1, 3, 5) then 100 else 70 + 10 * (n % 3 < 2)::int end,
            pg_temp.growth_at(n), pg_temp.growth_at(n)
     from (select array['سارا', 'علی‌رضا', 'نرگس', 'Sara', 'Reza', 'Mina', 'John'] ||
                  array['محمدی', 'شرکت', 'نان و شیر', 'bread', 'Amini', 'Karimi'] as w) words, ${each}
     on conflict do nothing`,
  );
  await sql(
    `insert into profiles.tally (is_profile_public, preferred_language, completeness, profiles)
     select is_profile_public, coalesce(preferred_language, ''), completeness, count(*) from profiles.profile group by 1, 2, 3`,
  );
}
