import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5000;

/**
 * Refuses a pooler that mixes up the named statements of its clients (PgBouncer before 1.21): two connections prepare
 * the same name, and the second one gets an error. Without this check, requests would fail at random.
 */
export async function provePrepared(url: string): Promise<void> {
  const options = { connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  const clients = [new pg.Client(options), new pg.Client(options)];
  for (const client of clients) client.on('error', () => {}); // the query rejects with it
  try {
    for (const client of clients) await client.connect();
    for (const client of clients) await client.query({ name: 'bonyan_proof', text: 'select $1::int', values: [1] });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['42P05', '26000'].includes(code)) throw error;
    throw new Error('The pooler at DATABASE_URL does not support named statements. Set DATABASE_PREPARED=false.', {
      cause: error,
    });
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}
