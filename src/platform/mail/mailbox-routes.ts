import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Instant, NoContent, Nullable } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Config } from '#platform/config/load.ts';
import type { Routes } from '#platform/module.ts';
import type { CapturedMailbox } from './captured.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
const access = 'public';

const Mailbox = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        to: Type.String(),
        subject: Type.String(),
        text: Type.String(),
        html: Nullable(Type.String()),
        receivedAt: Instant,
      }),
    ),
  },
  { title: 'Mailbox' },
);

/** The captured e-mails, for whoever sits at this machine: they hold codes that reset passwords. */
export function mailboxRoutes(mailbox: CapturedMailbox, { host, publicUrl }: Config): Routes {
  const isLocal = LOOPBACK.has(host) && LOOPBACK.has(new URL(publicUrl).hostname);

  /** A proxy on this machine, or a page that rebinds a name to it, must not read them out. */
  function refuseStrangers({ headers, host: asked }: FastifyRequest): void {
    const isForwarded = Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
    const name = asked.replace(/:\d+$/, '');
    const { 'sec-fetch-site': site } = headers;
    const isOwnSite = site === undefined || site === 'none' || site === 'same-origin';
    if (!isLocal || isForwarded || !LOOPBACK.has(name) || !isOwnSite) throw httpErrors.notFound();
  }

  return async (http) => {
    http.addHook('preValidation', async (request) => refuseStrangers(request));

    http.get(
      '/dev/mailbox',
      {
        config: { access },
        schema: {
          operationId: 'listCapturedMail',
          querystring: Type.Object({ to: Type.Optional(Type.String({ maxLength: 254 })) }),
          response: { 200: Mailbox },
        },
      },
      async ({ query }) => ({ items: await mailbox.list(query.to ?? null) }),
    );

    http.delete(
      '/dev/mailbox',
      {
        config: { access },
        schema: { operationId: 'emptyCapturedMail', response: { 204: NoContent } },
      },
      async (_, reply) => reply.code(204).send(await mailbox.clear()),
    );
  };
}
