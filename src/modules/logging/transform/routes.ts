import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { JsonObject, loggingPermissions } from '../contract.ts';
import { EventVerdict, NewLogEvent, TransformedEvent } from '../schemas.ts';
import type { TransformService } from './service.ts';

export function transformRoutes(transforms: TransformService): Routes {
  return async (http) => {
    http.get(
      '/logging/schema',
      {
        config: { access: loggingPermissions.read },
        schema: {
          operationId: 'getLogEventSchema',
          summary: 'Get the schema of events',
          description: 'The JSON Schema of an event as clients send it.',
          response: { 200: Type.With(JsonObject, { examples: [{ type: 'object', required: ['message'] }] }) },
        },
      },
      () => transforms.schema(),
    );

    http.post(
      '/logging/validate',
      {
        config: { access: loggingPermissions.write, impersonation: 'allowed' },
        schema: {
          operationId: 'validateLogEvent',
          summary: 'Validate an event',
          description: 'Says whether the event would be accepted. Nothing is stored.',
          body: NewLogEvent,
          response: { 200: EventVerdict },
        },
      },
      ({ body }) => transforms.validate(body),
    );

    http.post(
      '/logging/transform',
      {
        config: { access: loggingPermissions.write, impersonation: 'allowed' },
        schema: {
          operationId: 'transformLogEvent',
          summary: 'Show what would be stored',
          description: 'The event, normalised and redacted, exactly as it would be stored. Nothing is stored.',
          body: NewLogEvent,
          response: { 200: TransformedEvent },
        },
      },
      ({ body }) => transforms.transform(body),
    );
  };
}
