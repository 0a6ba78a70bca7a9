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

/** Properties that the standard lets callers send; they have no effect here. */
const Properties = Type.Optional(Type.Unsafe<object>({ type: 'object', additionalProperties: true }));

/** The request of OpenID AuthZEN 1.0: a user's id, a permission's code, and a resource as in `Check`. */
const Evaluation = Type.Object(
  {
    subject: Type.Object({ type: Name, id: Name, properties: Properties }),
    action: Type.Object({ name: Name, properties: Properties }),
    resource: Type.Object({ type: Name, id: Name, properties: Properties }),
    context: Properties,
  },
  {
    title: 'Evaluation',
    examples: [
      {
        subject: { type: 'user', id: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14' },
        action: { name: 'authorization.check' },
        resource: { type: 'todo', id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' },
      },
    ],
  },
);

const EvaluationDecision = Type.Object(
  { decision: Type.Boolean(), context: Type.Object({ reasons: Type.Array(Reason) }) },
  { title: 'EvaluationDecision' },
);

export function checkRoutes(explain: Explain): Routes {
  return async (http) => {
    http.post(
      '/authorization/check',
      {
        config: { access, errors: [errors.userNotFound, errors.permissionUnknown, errors.resourceTypeUnknown] },
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

/** At the path of the standard, outside `/api/v1`. */
export function evaluationRoutes(explain: Explain): Routes {
  return async (http) => {
    http.post(
      '/access/v1/evaluation',
      {
        config: { access },
        schema: {
          operationId: 'evaluateAccess',
          summary: 'Evaluate access (OpenID AuthZEN 1.0)',
          description: `The same decision as \`checkAccess\`, in the shape of the standard. An unknown subject, action
            or resource type is answered with \`decision: false\`, not with an error.`,
          body: Evaluation,
          response: { 200: EvaluationDecision },
        },
      },
      async ({ body: { subject, action, resource } }) => {
        const userId = subject.type === 'user' ? subject.id : '';
        const { decision, reasons } = await explain.evaluate({ userId, permission: action.name, resource });
        return { decision, context: { reasons } };
      },
    );
  };
}
