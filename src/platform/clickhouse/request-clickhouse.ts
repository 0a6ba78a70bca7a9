import type { RequestScopes } from '#platform/database/requests/request-scope.ts';
import { createShares } from '#platform/database/requests/shares.ts';
import type { ClickHouse } from './port.ts';

/**
 * ClickHouse as modules use it: the requests of one caller use at most a third of its `size` places together, as with the
 * connections of PostgreSQL. What runs for no request has no limits.
 */
export function createRequestClickHouse(
  server: ClickHouse,
  scopes: Pick<RequestScopes, 'current'>,
  size: number,
): ClickHouse {
  const shares = createShares(Math.ceil(size / 3));

  return {
    ...server,
    async select(query, timeoutMs) {
      const scope = scopes.current();
      const leave = scope ? await shares.enter(scope) : () => {};
      return await server.select<never>(query, timeoutMs).finally(leave);
    },
  };
}
