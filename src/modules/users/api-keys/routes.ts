import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { ApiKey, CreatedApiKey, NewApiKey } from './schemas.ts';
import type { ApiKeys } from './service.ts';

const access = 'user';

/** The API keys of the signed-in user. */
export function apiKeyRoutes(apiKeys: ApiKeys): Routes {
  return async (http) => {
    http.get(
      '/users/api-keys',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listApiKeys',
          summary: 'List my API keys',
          description: 'The secrets are not shown.',
          querystring: PageQuery,
          response: { 200: Page(ApiKey) },
        },
      },
      async ({ actor, query }) => pageOf(await apiKeys.list(actor), query, 'listApiKeys'),
    );

    http.post(
      '/users/api-keys',
      {
        config: {
          access,
          recent: true,
          idempotency: 'refused', // the answer contains the key
          errors: [
            errors.apiKeyExpiryInvalid,
            errors.apiKeysTooMany,
            authorizationErrors.permissionUnknown,
            authorizationErrors.exceedsOwn,
          ],
        },
        schema: {
          operationId: 'createApiKey',
          summary: 'Create an API key',
          description: `No other answer contains the key: store it now. The key can do what \`scopes\`
            names, as long as you hold those permissions yourself.`,
          body: NewApiKey,
          response: { 201: CreatedApiKey },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await apiKeys.create(actor, body)),
    );

    http.get(
      '/users/api-keys/:id',
      {
        config: { access, errors: [errors.apiKeyNotFound] },
        schema: {
          operationId: 'getApiKey',
          summary: 'Get one of my API keys',
          description: 'The secret is not shown.',
          params: ById,
          response: { 200: ApiKey },
        },
      },
      ({ actor, params }) => apiKeys.get(actor, params.id),
    );

    http.delete(
      '/users/api-keys/:id',
      {
        config: { access, errors: [errors.apiKeyNotFound] },
        schema: {
          operationId: 'revokeApiKey',
          summary: 'Revoke one of my API keys',
          description: 'The key is refused on every node from then on.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await apiKeys.revoke(actor, params.id)),
    );
  };
}
