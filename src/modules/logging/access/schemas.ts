import { Type, type Static } from 'typebox';
import { NAME_CHARACTER } from '#kernel/name.ts';
import { Id } from '#kernel/schema.ts';

const RoleName = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: `^(?!\\s)${NAME_CHARACTER}*(?<!\\s)$`,
  examples: ['ناظر لاگ'],
});
const Code = Type.String({ minLength: 3, maxLength: 100, examples: ['logging.events.read'] });

export const LoggingRole = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['ناظر لاگ'] }),
    permissions: Type.Array(Type.String({ examples: ['logging.events.read'] }), {
      description: 'In the list only those of logging',
    }),
    builtIn: Type.Boolean({ examples: [false] }),
    version: Type.Integer({ description: 'Of the role; `ETag` returns it' }),
  },
  { title: 'LoggingRole' },
);
export type LoggingRole = Static<typeof LoggingRole>;

export const LoggingAccess = Type.Object(
  {
    roles: Type.Array(LoggingRole),
    permissions: Type.Array(Type.Object({ code: Code, description: Type.String({ examples: ['Search log events'] }) })),
  },
  { title: 'LoggingAccess' },
);
export type LoggingAccess = Static<typeof LoggingAccess>;

export const NewLoggingRole = Type.Object(
  { name: RoleName, permissions: Type.Optional(Type.Array(Code, { maxItems: 20, uniqueItems: true })) },
  { title: 'NewLoggingRole', examples: [{ name: 'ناظر لاگ', permissions: ['logging.events.read'] }] },
);
export type NewLoggingRole = Static<typeof NewLoggingRole>;

export const LoggingGrant = Type.Object({ roleName: RoleName, permissionCode: Code }, { title: 'LoggingGrant' });
export type LoggingGrant = Static<typeof LoggingGrant>;
