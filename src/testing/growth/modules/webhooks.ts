import { createSealing } from '#modules/webhooks/secrets.ts';
import type { Filling } from '../filling.ts';

const WEBHOOKS = 40; // an installation has at most 100

/** Webhooks that are disabled, and deliveries of a month: half of them of one webhook, a few have failed. */
export async function fillWebhooks({ sql, each, idOf, keys }: Filling): Promise<void> {
  const sealing = createSealing(keys);
  for (let n = 1; n <= WEBHOOKS; n++) {
    const id = idOf('webhook', n);
    await sql(
      `insert into webhooks.endpoint (id, url_sealed, secret_sealed, event_types, is_enabled, disabled_reason)
       values ($1, $2, $3, '{todos.created.v1}', false, 'manual')`,
      [id, sealing.url.seal(id, `https://example.com/${n}`), sealing.secret.seal(id, 'whsec_c2VjcmV0')],
    );
  }
  await sql(
    `insert into webhooks.delivery (id, endpoint_id, event_type, data, occurred_at, status, attempts, last_attempt_at,
       response_status, response_body, error)
     select pg_temp.growth_id('delivery', n), pg_temp.growth_id('webhook', case when parent < 5 then parent else 5 + n % ${WEBHOOKS - 4} end),
            'todos.created.v1', '{"todoId": "x"}', at, case when n <= 5 then 'failed' else 'succeeded' end, 1, at, 200, '',
            case when n <= 5 then 'the answer was 500' end
     from (select n, pg_temp.growth_within(n) as parent, pg_temp.growth_at(n) as at from ${each}) d`,
  );
}
