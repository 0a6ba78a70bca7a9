import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors } from '#modules/files/contract.ts';
import { AvatarChoice, MusicChange, Profile, profileErrors, profilePermissions } from '../contract.ts';
import { AvatarQuery, Music } from '../schemas.ts';
import type { ProfileParts } from '../parts/service.ts';
import { avatarUse, musicUse, type ProfileMedia } from './service.ts';

const { read, write, publicRead } = profilePermissions;
const errors = [profileErrors.notFound, httpErrors.preconditionFailed];
const servingErrors = [profileErrors.avatarNotFound, fileErrors.storageUnavailable];
const response = { 200: Profile };
const picture = { 200: { content: { 'image/webp': { schema: Type.String({ format: 'binary' }) } } } };
const DEFAULT_SIDE = 256;

export function mediaRoutes(media: ProfileMedia, parts: ProfileParts): Routes {
  return async (http) => {
    http.put(
      '/profiles/me/avatar',
      {
        config: {
          access: write,
          errors: [
            ...errors,
            ...Object.values(avatarUse.errors),
            profileErrors.avatarCropInvalid,
            fileErrors.storageUnavailable,
          ],
        },
        schema: {
          operationId: 'setProfileAvatar',
          summary: 'Choose your avatar',
          description: `A picture that you have uploaded. Others see the square of it that \`crop\` names, in three sizes, upright
            and without the data of the camera; the file itself stays yours, and may say where
            it was taken: do not share it. When you delete the file, the avatar goes too.`,
          body: AvatarChoice,
          response,
        },
      },
      ({ actor, body, precondition }) => media.setAvatar(actor, body, precondition),
    );

    http.delete(
      '/profiles/me/avatar',
      {
        config: { access: write, errors },
        schema: {
          operationId: 'removeProfileAvatar',
          summary: 'Remove your avatar',
          description: 'The file stays. Answers the whole profile.',
          response,
        },
      },
      ({ actor, precondition }) => media.removeAvatar(actor, precondition),
    );

    http.get(
      '/profiles/me/avatar',
      {
        config: { access: read, serves: 'bytes', errors: servingErrors },
        schema: {
          operationId: 'showOwnAvatar',
          summary: 'Show your avatar',
          querystring: AvatarQuery,
          response: picture,
        },
      },
      async ({ actor, query }, reply) =>
        reply.sendBytes(await media.ownAvatar(actor, Number(query.size ?? DEFAULT_SIDE))),
    );

    http.get(
      '/profiles/:userId/avatar',
      {
        config: { access: publicRead, serves: 'bytes', errors: servingErrors },
        schema: {
          operationId: 'showAvatar',
          summary: 'Show an avatar',
          description: 'Of a public profile, and your own. All others are 404, whether they exist or not.',
          params: Type.Object({ userId: Type.With(Id, { description: 'The owner of the profile' }) }),
          querystring: AvatarQuery,
          response: picture,
        },
      },
      async ({ actor, params, query }, reply) =>
        reply.sendBytes(await media.avatarOf(actor, params.userId, Number(query.size ?? DEFAULT_SIDE))),
    );

    http.get(
      '/profiles/me/music',
      {
        config: { access: read, errors: [profileErrors.notFound] },
        schema: { operationId: 'getProfileMusic', summary: 'Get the music of your profile', response: { 200: Music } },
      },
      ({ actor }) => parts.get(actor),
    );

    http.put(
      '/profiles/me/music',
      {
        config: { access: write, errors: [...errors, ...Object.values(musicUse.errors)] },
        schema: {
          operationId: 'setProfileMusic',
          summary: 'Change the music of your profile',
          description: `Fields that you leave out keep their values. Answers the whole profile. \`musicFileId\` is an audio file
            that you have uploaded; when you delete it, the title stays.`,
          body: MusicChange,
          response,
        },
      },
      ({ actor, body, precondition }) => media.setMusic(actor, body, precondition),
    );
  };
}
