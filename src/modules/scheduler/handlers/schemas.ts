import { Type, type Static } from 'typebox';

export const ShownHandler = Type.Object(
  {
    type: Type.String({ examples: ['platform.noop'] }),
    description: Type.String({ examples: ['Does nothing'] }),
    permission: Type.String({
      description: 'Saving and running a job of the type need it',
      examples: ['scheduler.write'],
    }),
    payload: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'JSON schema of the payload; fields with `writeOnly` are secrets',
      examples: [{ type: 'object', properties: {} }],
    }),
    isIsolated: Type.Boolean({
      examples: [false],
      description: 'Runs in a thread of its own, which is terminated at the time limit',
    }),
  },
  { title: 'JobHandler' },
);
export type ShownHandler = Static<typeof ShownHandler>;
