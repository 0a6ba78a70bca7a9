import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { profileErrors, profilePermissions } from '../contract.ts';
import { PublicProfile } from '../schemas.ts';
import type { ProfileView } from './service.ts';

export function viewRoutes(view: ProfileView): Routes {
  return async (http) => {
    http.get(
      '/profiles/:userId/public',
      {
        config: { access: profilePermissions.publicRead, errors: [profileErrors.notFound] },
        schema: {
          operationId: 'getPublicProfile',
          summary: 'Get a public profile',
          description: `What the owner lets others see. A private profile, one that does not exist and one that was deleted all
            answer 404.`,
          params: Type.Object({ userId: Type.With(Id, { description: 'The owner of the profile' }) }),
          response: { 200: PublicProfile },
        },
      },
      ({ actor, params }) => view.get(actor, params.userId),
    );
  };
}
