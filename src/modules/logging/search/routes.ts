import { Type } from 'typebox';
import { pageErrors } from '#kernel/page.ts';
import { Id } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import {
  ContextQuery,
  EventContext,
  EventPage,
  EventQuery,
  Facet,
  FacetQuery,
  Histogram,
  HistogramQuery,
  TailQuery,
} from './schemas.ts';
import type { SearchService } from './service.ts';

const access = loggingPermissions.read;
const errors = [loggingErrors.queryInvalid, loggingErrors.queryTooWide];

export function searchRoutes(search: SearchService): Routes {
  return async (http) => {
    http.get(
      '/logging/events',
      {
        config: { access, errors: [...errors, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'searchLogEvents',
          summary: 'Search events',
          description: `Newest first. A search that ends within its budget of time or rows answers what it has found,
            with \`complete: false\` and \`nextCursor\` to go on. \`totalCount\` is null where it is not known without
            looking at each event. While ClickHouse, if there is one, does not answer, only what PostgreSQL has is found.`,
          querystring: EventQuery,
          response: { 200: EventPage },
        },
      },
      ({ query }) => search.search(query),
    );

    http.get(
      '/logging/histogram',
      {
        config: { access, errors },
        schema: {
          operationId: 'getLogHistogram',
          summary: 'Count events over time',
          description: `Exact for filters without text; beside a text exact up to 100,000 matches, else of the newest, with
            \`complete: false\`.`,
          querystring: HistogramQuery,
          response: { 200: Histogram },
        },
      },
      ({ query }) => search.histogram(query),
    );

    http.get(
      '/logging/facets',
      {
        config: { access, errors },
        schema: {
          operationId: 'getLogFacet',
          summary: 'Count the values of a field',
          description: `The most frequent values. Exact for level, service, module and outcome without a text; else exact
            up to 100,000 matches, beyond them of the newest, with \`complete: false\`.`,
          querystring: FacetQuery,
          response: { 200: Facet },
        },
      },
      ({ query }) => search.facet(query),
    );

    http.get(
      '/logging/events/:eventId/context',
      {
        config: { access, errors: [loggingErrors.eventNotFound, loggingErrors.archiveAway] },
        schema: {
          operationId: 'getLogContext',
          summary: 'Get the events around one',
          description: 'Events of the same service and instance, before and after it.',
          params: Type.Object({ eventId: Type.With(Id, { description: 'Id of the event' }) }),
          querystring: ContextQuery,
          response: { 200: EventContext },
        },
      },
      ({ params, query }) => search.context(params.eventId, query),
    );

    http.get(
      '/logging/tail',
      {
        config: { access, errors: [loggingErrors.queryInvalid, httpErrors.tooManyStreams, httpErrors.overloaded] },
        schema: {
          operationId: 'tailLogEvents',
          summary: 'Follow events',
          description: `Server-sent events: each event that matches, as it arrives. Of more than 500 in a second the newest
            are shown, after an event \`skipped\`.`,
          querystring: TailQuery,
          response: {
            200: { content: { 'text/event-stream': { schema: Type.String() } } },
          },
        },
      },
      ({ query }, reply) => reply.streamEvents(search.tail(query)),
    );
  };
}
