import type { SealedColumn } from '#platform/keys/port.ts';
import { fillSealed, type Filling } from '../filling.ts';

const FEW = 1000; // one in so many
const CHANGES = 1000; // of some seconds: they are added to the counts all the time
const MADE_BY_PEOPLE = 10; // one in so many: templates, and windows of digests

const ofMessage = { table: 'notifications.message', key: { id: 'uuid' }, purpose: 'notifications' } as const;
const recipients: SealedColumn = { ...ofMessage, column: 'recipient_sealed' };
const contents: SealedColumn = { ...ofMessage, column: 'content_sealed' };
const addresses: SealedColumn = {
  table: 'notifications.recipient',
  key: { user_id: 'uuid' },
  column: 'email_sealed',
  purpose: 'notifications',
};

/**
 * Messages over four channels, nearly all sent; the five oldest have failed. Half are the owner's, who has also created
 * every fourth. And what belongs to messages, and to their recipients;
 * reports have counted all of them.
 */
export async function fillNotifications(filling: Filling): Promise<void> {
  const { sql, each, rows, ownerId, keys } = filling;
  const hash = (n: number) => keys.mac('notifications.recipient', `person-${n}@example.com`);
  await fillSealed(
    filling,
    'user',
    (id, n) => [keys.seal(addresses, id, `person-${n}@example.com`), hash(n)],
    `insert into notifications.recipient (user_id, email_sealed, email_hash, language)
     select id, sealed, hash, 'en' from unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[]) r (n, id, sealed, hash)
     on conflict do nothing`,
  );
  const content = JSON.stringify({ subject: 'A reminder', text: 'Buy bread and water the plants.', html: null });
  await fillSealed(
    filling,
    'message',
    (id, n) => [keys.seal(recipients, id, `person-${n}@example.com`), keys.seal(contents, id, content), hash(n)],
    `insert into notifications.message (id, user_id, channel, category, priority, template, language, recipient_sealed,
       content_sealed, recipient_hash, status, created_by, provider, inbox_seq, read_at, attempt_count, begun_at, sent_at,
       delivered_at, created_at, updated_at)
     select id, pg_temp.growth_owner(n), channel, 'reminders', 'medium', 'todos.due', 'en', recipient, content, hash,
            case when n <= 5 then 'failed' when channel = 'inApp' then 'delivered' else 'sent' end,
            case when n % 8 < 2 then '${ownerId}' end, case when channel = 'inApp' then 'inbox' else 'captured' end,
            case when channel = 'inApp' then n end, case when channel = 'inApp' and n % 16 > 1 then at end, 1, at, at,
            case when channel = 'inApp' then at end, at, at
     from (select r.*, (array['inApp', 'inApp', 'email', 'email', 'sms', 'push', 'email', 'email'])[1 + n % 8] as channel,
                  pg_temp.growth_at(n) as at
           from unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[]) r (n, id, recipient, content, hash)) m`,
  );
  await fillReports(filling);
  await sql(
    `insert into notifications.attempt (message_id, number, provider, started_at, duration_ms, outcome, provider_message_id)
     select pg_temp.growth_id('message', n), 1, case when n % 8 < 2 then 'inbox' else 'captured' end, pg_temp.growth_at(n),
            12, 'sent', 'growth-' || n
     from ${each}`,
  );
  await sql(
    `insert into notifications.inbox (user_id, seq)
     select distinct pg_temp.growth_owner(n), ${rows} from ${each}
     on conflict (user_id) do update set seq = excluded.seq`,
  );
  await sql(
    `insert into notifications.preference (user_id, category, channel, wanted)
     select pg_temp.growth_id('user', n), 'product', 'email', false from ${each}`,
  );
  await sql(
    `insert into notifications.opt_out (recipient_hash, category)
     select sha256(('out' || n)::bytea), 'product' from ${each}`,
  );
  await sql(
    `insert into notifications.digest (id, user_id, category, channel, due_at, is_open)
     select pg_temp.growth_id('digest', n), pg_temp.growth_owner(n), 'product', 'email', pg_temp.growth_at(n), false
     from ${each} where n % ${MADE_BY_PEOPLE} = 0`,
  );
  await sql(
    `insert into notifications.suppression (id, channel, address_hash, reason, provider, created_at)
     select pg_temp.growth_id('suppression', n), case when n % ${FEW} = 0 then 'sms' else 'email' end,
            sha256(('suppressed' || n)::bytea), 'no such mailbox', 'captured', pg_temp.growth_at(n)
     from ${each}`,
  );
  await sql(
    `insert into notifications.schedule
       (id, notification_id, created_by, message_created_by, rule, rule_name, time_zone, next_run_at, status, created_at)
     select pg_temp.growth_id('schedule', n), pg_temp.growth_id('message', n), pg_temp.growth_owner(n),
            case when n % 8 < 2 then '${ownerId}' end, '0 9 1 * *', 'monthly',
            'UTC', case when n % ${FEW} > 0 then now() + interval '20 days' end,
            case when n % ${FEW} > 0 then 'active' else 'done' end, pg_temp.growth_at(n)
     from ${each}`,
  );
  await fillTemplates(filling);
}

/** The counts of all messages, in the order of time, as the program adds them. */
async function fillReports({ sql, rows }: Filling): Promise<void> {
  const cells = 'channel, category, template, provider, status, latency_step';
  const hour = (column: string) => `date_trunc('hour', m.${column}, 'UTC')`;
  await sql(
    `insert into notifications.report (hour, sent_hour, ${cells}, count)
     select ${hour('created_at')}, ${hour('sent_at')}, channel, category, template, provider, status,
            notifications.latency_step(m), count(*)
     from notifications.message m group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1`,
  );
  await sql(
    `insert into notifications.report_day (day, ${cells}, count)
     select date_trunc('day', hour, 'UTC'), ${cells}, sum(count) from notifications.report group by 1, ${cells} order by 1`,
  );
  await sql('truncate notifications.report_change');
  // Of messages that have been delivered since: the counts stay as they are.
  await sql(
    `insert into notifications.report_change (hour, sent_hour, ${cells}, count)
     select ${hour('created_at')}, ${hour('sent_at')}, channel, category, template, provider, status,
            notifications.latency_step(m), change
     from notifications.message m, (values (1), (-1)) c (change)
     where id > pg_temp.growth_id('message', ${rows} - ${CHANGES / 2})`,
  );
}

async function fillTemplates({ sql, each }: Filling): Promise<void> {
  await sql(
    `insert into notifications.template (id, name, channel, language, subject_template, body_template, created_at, updated_at)
     select pg_temp.growth_id('template', n), 'letter-' || n, case when n % ${FEW} = 0 then 'sms' else 'email' end,
            case when n % ${FEW} = 0 then 'fa' else 'en' end, 'Hello {{ name }}', '<p>Hello {{ name }}</p>',
            pg_temp.growth_at(n), pg_temp.growth_at(n)
     from ${each} where n % ${MADE_BY_PEOPLE} = 0`,
  );
  await sql(
    `insert into notifications.template_revision (template_id, revision, subject_template, body_template)
     select pg_temp.growth_id('template', n), 1, 'Hello {{ name }}', '<p>Hello {{ name }}</p>'
     from ${each} where n % ${MADE_BY_PEOPLE} = 0`,
  );
}
