import { sealedPersonKeys } from '#platform/audit/secrets.ts';
import { capturedMails } from '#platform/mail/captured.ts';
import { fillSealed, type Filling } from '../filling.ts';

const MAILS_AT_MOST = 1000; // so many are kept
const FAILED = 1000; // one work item in so many waits for an operator

/**
 * Events that every consumer has seen, the half of them on a day that can be dropped; work that is due in the coming
 * weeks, and some that has failed; keys of idempotency, of persons, and captured mails.
 */
export async function fillPlatform(filling: Filling): Promise<void> {
  const { sql, each, keys, ownerId, rows } = filling;
  await createOldDay(filling);
  const at = `case when n % 2 = 0 then now() else now() - interval '20 days' end`;
  // Not all of this one transaction: the statistics would say that a log has one.
  const xid = `(3 + n % (pg_current_xact_id()::text::bigint - 10))::text::xid8`;
  await sql(
    `insert into platform.event (xid, id, at, type, key, origin, body)
     select ${xid}, pg_temp.growth_id('event', n), ${at}, 'growth.thing_done.v1', 'growth:' || n,
            jsonb_build_object('requestId', '', 'traceparent', null), jsonb_build_object('id', n)
     from ${each}`,
  );
  await sql(
    `insert into platform.inbox (consumer, event_id, event_at)
     select 'todos', pg_temp.growth_id('event', n), ${at} from ${each}`,
  );
  await sql('update platform.cursor set seen = pg_current_snapshot(), head = null, pos = 0');
  await sql(
    `insert into platform.work (id, queue, lane, ref, due_at, attempt, error, origin)
     select pg_temp.growth_id('work', n), q.queue, 2, q.ref,
            case when n % ${FAILED} = 0 then 'infinity' else now() + interval '1 day' + n * interval '1 second' end,
            case when n % ${FAILED} = 0 then 9 else 0 end, case when n % ${FAILED} = 0 then 'it did not work' end,
            jsonb_build_object('requestId', '', 'traceparent', null)
     from ${each}, lateral (select case when n % ${FAILED} = 0 then 'platform.inbox' else 'todos.reminder' end as queue,
       case when n % ${FAILED} = 0 then 'todos 1 ' || n else pg_temp.growth_id('todo', n) || ' 2026-01-01T00:00:00.000Z' end as ref) q`,
  );
  await sql(
    `insert into platform.idempotency (caller, key, fingerprint, token, claimed_at, answer)
     select '${ownerId}', 'growth-' || n, sha256(n::text::bytea), pg_temp.growth_id('claim', n), now(), '\\x01' from ${each}`,
  );
  await sql(`insert into platform.invalidation (xid, topic, key) select ${xid}, 'growth', n::text from ${each}`);
  await fillSealed(
    filling,
    'user',
    (id) => [keys.seal(sealedPersonKeys, id, Buffer.alloc(32, 7))],
    `insert into platform.person_key (person_id, wrapped)
     select id::text, sealed from unnest($1::bigint[], $2::uuid[], $3::bytea[]) r (n, id, sealed) on conflict do nothing`,
  );
  await fillSealed(
    { ...filling, rows: Math.min(rows, MAILS_AT_MOST) },
    'mail',
    (id, n) => [keys.seal(capturedMails, id, JSON.stringify({ ...mail, to: `person-${n}@example.com` }))],
    `insert into platform.captured_mail (id, sealed, received_at)
     select id::text, sealed, now() - n * interval '1 second' from unnest($1::bigint[], $2::uuid[], $3::bytea[]) r (n, id, sealed)`,
  );
}

const mail = { subject: 'A reminder', text: 'Buy bread.', html: null };

/** Partitions for events that are older than the program keeps them. */
async function createOldDay({ sql }: Filling): Promise<void> {
  await sql(`do $$ declare first date := (now() at time zone 'UTC' - interval '20 days')::date; parent text;
    begin
      foreach parent in array array['platform.event', 'platform.inbox'] loop
        execute format('create table %s_%s partition of %s for values from (%L) to (%L)', parent, to_char(first, 'YYYYMMDD'),
          parent, first || 'T00:00Z', first + 1 || 'T00:00Z');
      end loop;
    end $$`);
}
