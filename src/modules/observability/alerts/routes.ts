import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { Alert, observabilityErrors, observabilityPermissions } from '../contract.ts';
import { AlertRehearsal } from '../schemas.ts';
import type { createRehearsal } from './rehearsal.ts';
import type { Alerts } from './service.ts';

const access = observabilityPermissions.read;
const ByName = Type.Object({
  name: Type.String({ maxLength: 50, description: 'Name of the objective', examples: ['availability'] }),
});
const Wanted = Type.Object({
  target: Type.Optional(
    Type.Number({
      minimum: 0.5,
      maximum: 0.99999,
      examples: [0.99],
      description: 'Instead of the target of the objective',
    }),
  ),
});

export function alertRoutes(alerts: Alerts, rehearse: ReturnType<typeof createRehearsal>): Routes {
  return async (http) => {
    http.get(
      '/observability/alerts',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listAlerts',
          summary: 'List operational alerts, newest first',
          description: `An alert opens when an error budget burns too fast in a long and a short window, or when something
            stands still. It closes by itself when its cause has ended.`,
          querystring: PageQuery,
          response: { 200: Page(Alert) },
        },
      },
      ({ query }) => alerts.list(query),
    );

    http.get(
      '/observability/objectives/:name/alerts',
      {
        config: { access, errors: [observabilityErrors.objectiveNotFound] },
        schema: {
          operationId: 'rehearseAlerts',
          summary: 'Show when an objective would have alerted in the last 30 days',
          description:
            'A dry run over what was recorded, with the target of the objective or another one. Nobody is notified.',
          params: ByName,
          querystring: Wanted,
          response: { 200: AlertRehearsal },
        },
      },
      ({ params, query }) => rehearse(params.name, query.target),
    );
  };
}
