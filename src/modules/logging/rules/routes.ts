import { Page, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { AlertRule, AlertRuleQuery, NewAlertRule, RuleTest, RuleTestResult } from './schemas.ts';
import type { RuleService } from './service.ts';

const access = loggingPermissions.alerts;
const errors = [loggingErrors.ruleNotFound];

export function ruleRoutes(rules: RuleService): Routes {
  return async (http) => {
    http.post(
      '/logging/alerts/rules',
      {
        config: { access, errors: [loggingErrors.ruleInvalid, loggingErrors.tooManyRules] },
        schema: {
          operationId: 'createAlertRule',
          summary: 'Create an alert rule',
          description: 'Events that are received from now on are compared with it.',
          body: NewAlertRule,
          response: { 201: AlertRule },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await rules.create(actor, body)),
    );

    http.get(
      '/logging/alerts/rules',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listAlertRules',
          summary: 'List alert rules',
          description: 'Newest first.',
          querystring: AlertRuleQuery,
          response: { 200: Page(AlertRule) },
        },
      },
      ({ query }) => rules.list(query),
    );

    http.get(
      '/logging/alerts/rules/:id',
      {
        config: { access, errors },
        schema: {
          operationId: 'getAlertRule',
          summary: 'Get an alert rule',
          description: '`ETag` is its version.',
          params: ById,
          response: { 200: AlertRule },
        },
      },
      ({ params }) => rules.get(params.id),
    );

    http.put(
      '/logging/alerts/rules/:id',
      {
        config: { access, errors: [...errors, loggingErrors.ruleInvalid, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'replaceAlertRule',
          summary: 'Change an alert rule',
          description: `Fields that are left out get their defaults. Its incidents stay, and so do its counts, unless it matches or
            groups other events than before.`,
          params: ById,
          body: NewAlertRule,
          response: { 200: AlertRule },
        },
      },
      ({ actor, params, body, precondition }) => rules.replace(actor, params.id, body, precondition),
    );

    http.delete(
      '/logging/alerts/rules/:id',
      {
        config: { access, errors: [...errors, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'deleteAlertRule',
          summary: 'Delete an alert rule',
          description: 'Its incidents stay.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await rules.remove(actor, params.id, precondition)),
    );

    http.post(
      '/logging/alerts/rules/:id/test',
      {
        config: { access, errors: [...errors, loggingErrors.archiveAway] },
        schema: {
          operationId: 'testAlertRule',
          summary: 'Test an alert rule',
          description: 'Says when it would have opened incidents over stored events. Opens none.',
          params: ById,
          body: RuleTest,
          response: { 200: RuleTestResult },
        },
      },
      ({ params, body }) => rules.test(params.id, body),
    );
  };
}
