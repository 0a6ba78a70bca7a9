import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceIdOf } from '#kernel/access.ts';
import type { Log } from './port.ts';

const MAX_PATH = 200;

/**
 * One line per request when it has ended. It names the pattern of the route, since paths and queries contain tokens; an
 * unknown path is shown without its query.
 */
export function createRequestLog(log: Log) {
  return (request: FastifyRequest, { raw }: FastifyReply): void => {
    const { method, url, id: requestId, routeOptions } = request;
    const began = performance.now();
    const route = routeOptions.url ?? url.split('?')[0]?.slice(0, MAX_PATH);
    raw.once('close', () => {
      const ms = Math.round((performance.now() - began) * 10) / 10;
      const message = raw.writableFinished ? 'answered' : 'the client disconnected before the end of the answer';
      const traceId = traceIdOf(request.actor.origin);
      log.debug({ method, route, status: raw.statusCode, ms, requestId, traceId }, message);
    });
  };
}
