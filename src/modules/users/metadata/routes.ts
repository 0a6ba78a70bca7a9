import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { ByUser } from '../schemas.ts';
import { Metadata, MetadataChange, OwnMetadata, OwnMetadataChange } from './schemas.ts';
import type { MetadataService } from './service.ts';

const { metadata: access } = userPermissions;
const invalid = [errors.metadataInvalid, httpErrors.preconditionFailed];

export function metadataRoutes(metadata: MetadataService): Routes {
  return async (http) => {
    http.get(
      '/users/me/metadata',
      {
        config: { access: 'user', apiKeys: 'taken' },
        schema: {
          operationId: 'getMyMetadata',
          summary: 'Get my own fields',
          description:
            'What this installation keeps about you: `publicMetadata`, and `unsafeMetadata`, which you can change.',
          response: { 200: OwnMetadata },
        },
      },
      ({ actor }) => metadata.own(actor),
    );

    http.patch(
      '/users/me/metadata',
      {
        config: { access: 'user', errors: [errors.notFound, ...invalid] },
        schema: {
          operationId: 'changeMyMetadata',
          summary: 'Change my own fields',
          description: 'As JSON Merge Patch (RFC 7396): null removes a field. Up to 8 KiB, 8 levels deep.',
          body: OwnMetadataChange,
          response: { 200: OwnMetadata },
        },
      },
      ({ actor, body, precondition }) => metadata.changeOwn(actor, body, precondition),
    );

    http.get(
      '/users/:userId/metadata',
      {
        config: { access, errors: [errors.notFound] },
        schema: {
          operationId: 'getUserMetadata',
          summary: 'Get the own fields of an account',
          params: ByUser,
          response: { 200: Metadata },
        },
      },
      ({ params }) => metadata.get(params.userId),
    );

    http.patch(
      '/users/:userId/metadata',
      {
        config: { access, errors: [errors.notFound, authorizationErrors.exceedsOwn, ...invalid] },
        schema: {
          operationId: 'changeUserMetadata',
          summary: 'Change the own fields of an account',
          description: `As JSON Merge Patch (RFC 7396): null removes a field. Each kind has up to 8 KiB, 8 levels deep. An
            account that holds permissions that you lack cannot be changed (403).`,
          params: ByUser,
          body: MetadataChange,
          response: { 200: Metadata },
        },
      },
      ({ actor, params, body, precondition }) => metadata.changeOf(actor, params.userId, body, precondition),
    );
  };
}
