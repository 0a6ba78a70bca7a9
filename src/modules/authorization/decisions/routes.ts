import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors as errors, authorizationPermissions, Reason } from '../contract.ts';
import type { Explain } from './explain.ts';

const { check: access } = authorizationPermissions;
const Name = Type.String({ minLength: 1, maxLength: 100 });

const Check = Type.Object(
  {
    userId: Id,
    permission: Name,
    /** `module` with the name of one is for what is not about a single thing. */
    resource: Type.Optional(Type.Object({ type: Name, id: Name })),
  },
  { title: 'Check' },
);

const Decision = Type.Object({ decision: Type.Boolean(), reasons: Type.Array(Reason) }, { title: 'Decision' });

/** Facts of a caller's own, which decide nothing here. */
const Properties = Type.Optional(Type.Unsafe<object>({ type: 'object', additionalProperties: true }));

/** As OpenID AuthZEN 1.0 has it; a user's id, a permission's code, and a resource as in `Check`. */
const Evaluation = Type.Object(
  {
    subject: Type.Object({ type: Name, id: Name, properties: Properties }),
    action: Type.Object({ name: Name, properties: Properties }),
    resource: Type.Object({ type: Name, id: Name, properties: Properties }),
    context: Properties,
  },
  { title: 'Evaluation' },
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
        schema: { operationId: 'checkAccess', body: Check, response: { 200: Decision } },
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
        schema: { operationId: 'evaluateAccess', body: Evaluation, response: { 200: EvaluationDecision } },
      },
      async ({ body: { subject, action, resource } }) => {
        const userId = subject.type === 'user' ? subject.id : '';
        const { decision, reasons } = await explain.evaluate({ userId, permission: action.name, resource });
        return { decision, context: { reasons } };
      },
    );
  };
}
