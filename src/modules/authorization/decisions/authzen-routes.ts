import { pageErrors } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors, authorizationPermissions } from '../contract.ts';
import type { Authzen } from './authzen.ts';
import {
  ActionSearch,
  AuthzenConfiguration,
  Evaluation,
  EvaluationDecision,
  EvaluationDecisions,
  Evaluations,
  FoundActions,
  FoundEntities,
  ResourceSearch,
  SubjectSearch,
} from './schemas.ts';

const { check: access } = authorizationPermissions;
/** What the standard demands, unlike the rest of this API. */
const config = { access, ignoresUnknownFields: true, impersonation: 'allowed' as const };
const REQUEST_ID = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** At the paths of the standard, outside `/api/v1`. */
export function authzenRoutes(authzen: Authzen, publicUrl: string): Routes {
  const endpoint = (path: string) => `${publicUrl}/access/v1/${path}`;
  const metadata = {
    policy_decision_point: publicUrl,
    access_evaluation_endpoint: endpoint('evaluation'),
    access_evaluations_endpoint: endpoint('evaluations'),
    search_subject_endpoint: endpoint('search/subject'),
    search_resource_endpoint: endpoint('search/resource'),
    search_action_endpoint: endpoint('search/action'),
  };

  return async (http) => {
    // As it was sent, in refusals too; elsewhere an id that is not like ours is replaced.
    http.addHook('onSend', async ({ headers }, reply) => {
      const { 'x-request-id': sent } = headers;
      if (typeof sent === 'string' && REQUEST_ID.test(sent)) reply.header('x-request-id', sent);
    });

    http.post(
      '/access/v1/evaluation',
      {
        config,
        schema: {
          operationId: 'evaluateAccess',
          summary: 'Evaluate access (OpenID AuthZEN 1.0)',
          description: `The same decision as \`checkAccess\`, in the shape of the standard. An unknown subject, action
            or resource type is answered with \`decision: false\`, not with an error. Unknown fields are ignored.`,
          body: Evaluation,
          response: { 200: EvaluationDecision },
        },
      },
      ({ body }) => authzen.evaluate(body),
    );

    http.post(
      '/access/v1/evaluations',
      {
        config,
        schema: {
          operationId: 'evaluateAccesses',
          summary: 'Evaluate several accesses (OpenID AuthZEN 1.0)',
          description: 'Answers in the order of `evaluations`, up to the decision that ends the evaluation.',
          body: Evaluations,
          response: { 200: EvaluationDecisions },
        },
      },
      ({ body }) => authzen.evaluateAll(body),
    );

    http.post(
      '/access/v1/search/subject',
      {
        config: { ...config, errors: [pageErrors.cursorInvalid] },
        schema: {
          operationId: 'searchSubjects',
          summary: 'Find who may do something (OpenID AuthZEN 1.0)',
          description: `A page looks at up to 50 holders of the permission, the oldest first. It may have few or no results:
            read on while \`page.next_token\` is not empty.`,
          body: SubjectSearch,
          response: { 200: FoundEntities },
        },
      },
      ({ body }) => authzen.findSubjects(body),
    );

    http.post(
      '/access/v1/search/resource',
      {
        config: { ...config, errors: [pageErrors.cursorInvalid, authorizationErrors.searchUnsupported] },
        schema: {
          operationId: 'searchResources',
          summary: 'Find what somebody may access (OpenID AuthZEN 1.0)',
          description: 'Not every kind of resource can be listed: `todo`, `organisation` and `module` can.',
          body: ResourceSearch,
          response: { 200: FoundEntities },
        },
      },
      ({ body }) => authzen.findResources(body),
    );

    http.post(
      '/access/v1/search/action',
      {
        config,
        schema: {
          operationId: 'searchActions',
          summary: 'Find what somebody may do (OpenID AuthZEN 1.0)',
          description: 'Everything on one page.',
          body: ActionSearch,
          response: { 200: FoundActions },
        },
      },
      ({ body }) => authzen.findActions(body),
    );

    http.get(
      '/.well-known/authzen-configuration',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'getAuthzenConfiguration',
          summary: 'Get the AuthZEN configuration',
          description: 'Where the endpoints of the standard are.',
          response: { 200: AuthzenConfiguration },
        },
      },
      async (_, reply) => reply.header('cache-control', 'public, max-age=300').send(metadata),
    );
  };
}
