import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { Incident, IncidentNote, IncidentQuery, NewSilence, Silence } from './schemas.ts';
import type { IncidentService } from './service.ts';

const access = loggingPermissions.alerts;
const errors = [loggingErrors.incidentNotFound];

export function incidentRoutes(incidents: IncidentService): Routes {
  const { silences } = incidents;
  return async (http) => {
    http.get(
      '/logging/alerts/incidents',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listIncidents',
          summary: 'List incidents',
          description: 'Newest first.',
          querystring: IncidentQuery,
          response: { 200: Page(Incident) },
        },
      },
      ({ query }) => incidents.list(query),
    );

    http.get(
      '/logging/alerts/incidents/:id',
      {
        config: { access, errors },
        schema: {
          operationId: 'getIncident',
          summary: 'Get an incident',
          description: 'With what happened to it so far.',
          params: ById,
          response: { 200: Incident },
        },
      },
      ({ params }) => incidents.get(params.id),
    );

    http.post(
      '/logging/alerts/incidents/:id/acknowledge',
      {
        config: { access, errors: [...errors, loggingErrors.incidentResolved] },
        schema: {
          operationId: 'acknowledgeIncident',
          summary: 'Acknowledge an incident',
          description: 'Says that somebody works on it. An incident that is acknowledged already stays as it is.',
          params: ById,
          body: IncidentNote,
          response: { 200: Incident },
        },
      },
      ({ actor, params, body }) => incidents.acknowledge(actor, params.id, body),
    );

    http.post(
      '/logging/alerts/incidents/:id/resolve',
      {
        config: { access, errors },
        schema: {
          operationId: 'resolveIncident',
          summary: 'Resolve an incident',
          description: 'Its rule counts anew. When it recurs, it opens again.',
          params: ById,
          body: IncidentNote,
          response: { 200: Incident },
        },
      },
      ({ actor, params, body }) => incidents.resolve(actor, params.id, body),
    );

    http.get(
      '/logging/alerts/silences',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listSilences',
          summary: 'List silences',
          description: 'Silences and maintenance windows, newest first.',
          querystring: PageQuery,
          response: { 200: Page(Silence) },
        },
      },
      ({ query }) => silences.list(query),
    );

    http.post(
      '/logging/alerts/silences',
      {
        config: { access, errors: [loggingErrors.silenceInvalid] },
        schema: {
          operationId: 'createSilence',
          summary: 'Create a silence',
          description: `Incidents open and count, and nobody is notified; at its end those are notified of what is still
            open. It holds for what has all that it names: rule, service, fingerprint. An incident of several services is
            silent while each of them is.`,
          body: NewSilence,
          response: { 201: Silence },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await silences.create(actor, body)),
    );

    http.delete(
      '/logging/alerts/silences/:id',
      {
        config: { access, errors: [loggingErrors.silenceNotFound] },
        schema: {
          operationId: 'deleteSilence',
          summary: 'Delete a silence',
          description: 'It ends at once.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await silences.remove(actor, params.id)),
    );
  };
}
