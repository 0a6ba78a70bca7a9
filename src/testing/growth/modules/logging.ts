import type { Filling } from '../filling.ts';

const MOST_RULES = 900; // of 1,000: some are made while it is measured

/**
 * Events of a year that were received today, nearly all of one service and level; the actor of one is one person each, of
 * half of them the owner. Incidents are resolved, but for few; matches are those of a rule each, of
 * nearly as many rules as there may be.
 */
export async function fillLogging({ sql, each }: Filling): Promise<void> {
  await sql(
    `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, source_module, trace_id,
       actor_id, outcome, http_status_code, tags, payload, pattern, fingerprint, checksum, tokens)
     select pg_temp.growth_id('log', n), date_trunc('day', now() at time zone 'utc') at time zone 'utc', pg_temp.growth_at(n),
            case when n % 50 = 0 then 5 else 3 end, 'order ' || n || ' was paid',
            case when n in (2, 4, 6) then 'rare' else 'shop' end, 'payments', 'trace-' || n / 10,
            pg_temp.growth_owner(n)::text, case when n in (2, 4, 6) then 'failure' else 'success' end, 200, '{}', '{}',
            'order <n> was paid', 'f' || n % 7, '\\x00',
            ('order:1 ' || n || 'n:2 was:3 paid:4' || case when n in (2, 4, 6) then ' seldom:5' else '' end)::tsvector
     from ${each}`,
  );
  for (const [seconds, unit] of [
    [60, 'minute'],
    [3600, 'hour'],
    [86_400, 'day'],
  ] as const)
    await sql(
      `insert into logging.rollup (day, seconds, bucket, level, service, module, outcome, writer, count)
       select received_at, ${seconds}, date_trunc('${unit}', timestamp_utc), level, source_service, source_module, outcome, 1,
              count(*)
       from logging.event where source_service <> 'bonyan' group by 1, 3, 4, 5, 6, 7`,
    );
  await sql(
    `insert into logging.word (day, word, keys)
     select date_trunc('day', now() at time zone 'utc') at time zone 'utc', word,
            array(select distinct substr(word, at, 3) from generate_series(1, length(word) - 2) at)
     from (select unnest(array['order', 'was', 'paid', 'seldom']) as word union all select n || 'n' from ${each}) words`,
  );
  await sql(
    `insert into logging.corruption (event_id, found_at) select pg_temp.growth_id('log', n), pg_temp.growth_at(n) from ${each}`,
  );
  await sql(
    `insert into logging.rule (id, name, is_enabled, kind, minimum_level, window_seconds, threshold_count, cooldown_seconds,
       auto_resolve_seconds, severity, action, since)
     select pg_temp.growth_id('rule', n), 'rule ' || n, false, 'threshold', 5, 60, 10, 300, 1800, 'low', 'none', now() from generate_series(1, ${MOST_RULES}) n`,
  );
  await sql(
    `insert into logging.match_count (rule_id, group_value, bucket, writer, matched, total)
     select pg_temp.growth_id('rule', 1 + n % ${MOST_RULES}), 'group ' || n, now(), 1, 1, 1 from ${each}`,
  );
  await sql(
    `insert into logging.incident (id, rule_id, fingerprint, title, description, group_value, severity, status, count, opened_at,
       last_seen_at, notifies, cooldown_seconds, auto_resolve_seconds)
     select pg_temp.growth_id('incident', n), pg_temp.growth_id('rule', 1 + n % ${MOST_RULES}), 'f' || n, 'It fails', '10 matches', '', 'low',
            case when n % 1000 = 0 then 'open' when n % 1000 = 1 then 'acknowledged' else 'resolved' end, 12,
            pg_temp.growth_at(n), now(), true, 300, 604800
     from ${each}`,
  );
  await sql(
    `insert into logging.incident_step (id, incident_id, at, kind)
     select pg_temp.growth_id('incident', n), pg_temp.growth_id('incident', n), pg_temp.growth_at(n), 'opened' from ${each}`,
  );
  await sql(
    `insert into logging.silence (id, service, starts_at, ends_at, repeats, reason, created_by)
     select pg_temp.growth_id('silence', n), 'shop', pg_temp.growth_at(n), pg_temp.growth_at(n) + interval '1 hour', 'never',
            'Upgrade', pg_temp.growth_owner(n)::text
     from ${each}`,
  );
}
