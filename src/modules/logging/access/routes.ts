import { authorizationErrors } from '#modules/authorization/contract.ts';
import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { LoggingAccess, LoggingGrant, LoggingRole, NewLoggingRole } from './schemas.ts';
import type { LoggingAccessService } from './service.ts';

const access = loggingPermissions.access;
const { exceedsOwn, roleNameTaken, roleNotFound } = authorizationErrors;

export function loggingAccessRoutes(control: LoggingAccessService): Routes {
  return async (http) => {
    http.get(
      '/logging/access-control',
      {
        config: { access },
        schema: {
          operationId: 'getLoggingAccess',
          summary: 'List who may use logging',
          description: 'The roles that give permissions of logging: a view of what Authorization keeps.',
          response: { 200: LoggingAccess },
        },
      },
      () => control.get(),
    );

    http.post(
      '/logging/access-control/roles',
      {
        config: {
          access,
          recent: true,
          errors: [loggingErrors.notLogging, exceedsOwn, roleNameTaken],
          location: '/api/v1/authorization/roles',
        },
        schema: {
          operationId: 'createLoggingRole',
          summary: 'Create a role for logging',
          description: 'A role of Authorization, with permissions of logging that you hold.',
          body: NewLoggingRole,
          response: { 201: LoggingRole },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await control.create(actor, body)),
    );

    http.post(
      '/logging/access-control/assign',
      {
        config: { access, recent: true, errors: [loggingErrors.notLogging, exceedsOwn, roleNotFound] },
        schema: {
          operationId: 'assignLoggingPermission',
          summary: 'Give a role a permission of logging',
          description: 'One that you hold. A role that has it stays as it is.',
          body: LoggingGrant,
          response: { 200: LoggingRole },
        },
      },
      ({ actor, body }) => control.assign(actor, body),
    );
  };
}
