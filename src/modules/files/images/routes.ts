import { Type } from 'typebox';
import { OneOf } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import { ByFile } from '../schemas.ts';
import { servingErrors } from '../serving/routes.ts';
import type { Images } from './service.ts';

const MAX_SIDE = 2000;
const Side = Type.Integer({ minimum: 1, maximum: MAX_SIDE });
const Size = Type.Object({
  width: Type.Optional(Type.With(Side, { description: `In pixels, at most ${MAX_SIDE}, which is the default.` })),
  height: Type.Optional(Type.With(Side, { description: `In pixels, at most ${MAX_SIDE}, which is the default.` })),
  fit: Type.Optional(
    Type.With(OneOf('inside', 'cover', 'contain'), {
      description: `What happens to a picture of another shape, if both sides are given: \`inside\` (default) keeps
        it whole and makes one side smaller, \`cover\` cuts it, \`contain\` adds a margin.`.replace(/\s+/g, ' '),
    }),
  ),
  format: Type.Optional(Type.With(OneOf('webp', 'jpeg', 'png'), { description: 'Default: `webp`.' })),
});
const picture = { schema: Type.String({ format: 'binary' }) };
const response = { 200: { content: { 'image/webp': picture, 'image/jpeg': picture, 'image/png': picture } } };

export function imageRoutes(images: Images): Routes {
  return async (http) => {
    http.get(
      '/files/:fileId/image',
      {
        config: {
          access: filePermissions.read,
          serves: 'bytes',
          errors: [fileErrors.notFound, fileErrors.imageRefused, ...servingErrors],
        },
        schema: {
          operationId: 'showImage',
          summary: 'Show a picture in another size',
          description: `Of JPEG, PNG, WebP, GIF (its first picture) and AVIF, with at most 50 million pixels. It is never
            enlarged, is upright, and carries none of the data of the camera.`,
          params: ByFile,
          querystring: Size,
          response,
        },
      },
      async ({ actor, params, query }, reply) => {
        const { width = MAX_SIDE, height = MAX_SIDE, fit = 'inside', format = 'webp' } = query;
        const hasBoth = query.width !== undefined && query.height !== undefined;
        const size = { width, height, fit: hasBoth ? fit : 'inside', format } as const;
        return reply.sendBytes(await images.image(actor, params.fileId, size));
      },
    );
  };
}
