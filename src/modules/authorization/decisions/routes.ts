import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors as errors, authorizationPermissions } from '../contract.ts';
import { Reason } from '../schemas.ts';
import type { Explain } from './explain.ts';

const { check: access } = authorizationPermissions;
const Name = Type.String({ minLength: 1, maxLength: 100 });

const Check = Type.Object(
  {
    userId: Id,
    permission: Type.With(Name, { description: 'Code of the permission' }),
    resource: Type.Optional(
      Type.Object(
        { type: Name, id: Name },
        { description: 'Type `module` and the name of a module, for a permission that is not about a single resource' },
      ),
    ),
  },
  {
    title: 'Check',
    examples: [
      {
        userId: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14',
        permission: 'authorization.check',
        resource: { type: 'todo', id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' },
      },
    ],
  },
);

const Decision = Type.Object({ decision: Type.Boolean(), reasons: Type.Array(Reason) }, { title: 'Decision' });

export function checkRoutes(explain: Explain): Routes {
  return async (http) => {
    http.post(
      '/authorization/check',
      {
        config: {
          access,
          impersonation: 'allowed',
          errors: [errors.userNotFound, errors.permissionUnknown, errors.resourceTypeUnknown],
        },
        schema: {
          operationId: 'checkAccess',
          summary: 'Check what a user may do, and why',
          description: `Decides like the real call, by the current state, and returns the reasons. Without
            \`resource\` it checks only whether the user holds the permission.`,
          body: Check,
          response: { 200: Decision },
        },
      },
      ({ body }) => explain.check(body),
    );
  };
}
