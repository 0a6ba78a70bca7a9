import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { languages } from '#kernel/language.ts';
import { Instant, NoContent, Nullable } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Config } from '#platform/config/load.ts';
import type { MenuItem, Routes } from '#platform/module.ts';
import { languageOf, prefersHtml, sendPage } from '#platform/pages/port.ts';
import type { CapturedMailbox } from './captured.ts';
import { MAIL_POLICY, mailboxPage, toMailDocument } from './mailbox-page.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
/** Headers that proxies add. */
const FORWARDED = new Set(['forwarded', 'via', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip']);
const KEY_HEADER = 'X-Mailbox-Key';
const config = {
  access: 'public' as const,
  errors: [httpErrors.notFound],
  headers: {
    [KEY_HEADER]: 'The key of the mailbox, which the server prints at its start. `key` in the query does the same.',
  },
};
const Key = Type.Optional(Type.String({ description: 'The key of the mailbox, if it is not in `X-Mailbox-Key`.' }));

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
        isReadable: Type.Boolean({
          description: 'False: it cannot be opened with `BONYAN_SECRET`, so that only its id and time are known.',
        }),
      }),
    ),
  },
  {
    title: 'Mailbox',
    examples: [
      {
        items: [
          {
            id: '019ab0f0-4c00-7e88-8f21-6d0a95b3c417',
            to: 'sara@example.com',
            subject: 'کد تأیید شما',
            text: 'کد تأیید شما ۱۲۳۴۵۶ است.',
            html: null,
            receivedAt: '2026-11-23T08:00:00.000Z',
            isReadable: true,
          },
        ],
      },
    ],
  },
);

/** Whether the captured mailbox is answered over HTTP: only a server that other machines cannot reach does so. */
export function isMailboxServed({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): boolean {
  return LOOPBACK.has(host) && isLoopback(publicUrl);
}

/** Of the page in the console, which asks for the key as these routes do: the permission only keeps the menu short. */
export function mailboxMenuOf(permission: string): MenuItem {
  return { path: '/mailbox', title: { en: 'Dev mailbox', fa: 'صندوق آزمایشی' }, permission };
}

/** The captured e-mails. Readable only from this machine, with the key: they contain codes that reset passwords. */
export function mailboxRoutes(mailbox: CapturedMailbox, { host, publicUrl }: Config): Routes {
  const isServed = isMailboxServed({ host, publicUrl });

  return async (http) => {
    http.addHook('preValidation', async (request) => {
      if (!isServed || !isFromHere(request) || !isKey(request, await mailbox.key())) throw httpErrors.notFound();
    });

    http.get(
      '/dev/mailbox',
      {
        config,
        schema: {
          operationId: 'listCapturedMail',
          summary: 'List captured e-mails',
          description: `Only in development, where no mail server is configured: the e-mails that would have been sent,
            newest first. Answers 404 to everything but a direct call on this machine with the key of the mailbox.
            A browser gets a page.`,
          querystring: Type.Object({
            key: Key,
            lang: Type.Optional(Type.Enum(languages, { description: 'Language of the page that a browser gets.' })),
            id: Type.Optional(Type.String({ maxLength: 100, description: 'The e-mail that the page opens.' })),
            to: Type.Optional(Type.String({ maxLength: 254, description: 'Only e-mails to this address.' })),
          }),
          response: { 200: Mailbox },
        },
      },
      async (request, reply) => {
        const to = request.query.to || null; // a form sends an empty field
        const mails = await mailbox.list(to);
        if (!prefersHtml(request.headers.accept)) return { items: mails };
        const [language, key] = [languageOf(request), await mailbox.key()];
        const { id } = request.query;
        const open = id === undefined ? null : await mailbox.find(id);
        return sendPage(reply, mailboxPage({ mails, open, to, key, language }));
      },
    );

    http.get(
      '/dev/mailbox/html',
      { config, schema: { hide: true, querystring: Type.Object({ key: Key, id: Type.String({ maxLength: 100 }) }) } },
      async ({ query }, reply) => {
        const html = (await mailbox.find(query.id))?.html ?? null;
        if (html === null) throw httpErrors.notFound();
        return reply
          .type('text/html; charset=utf-8')
          .header('content-security-policy', MAIL_POLICY)
          .header('x-dns-prefetch-control', 'off')
          .send(toMailDocument(html));
      },
    );

    http.delete(
      '/dev/mailbox',
      {
        config,
        schema: {
          operationId: 'emptyCapturedMail',
          summary: 'Delete all captured e-mails',
          description: 'Only in development, on this machine, with the key of the mailbox. Else it answers 404.',
          querystring: Type.Object({ key: Key }),
          response: { 204: NoContent },
        },
      },
      async (_, reply) => reply.code(204).send(await mailbox.clear()),
    );
  };
}

/** Refuses requests through a proxy on this machine, and of web pages that rebind a host name to it. */
function isFromHere({ headers, host: asked, originalUrl }: FastifyRequest): boolean {
  const isForwarded = Object.keys(headers).some((name) => FORWARDED.has(name) || name.startsWith('x-forwarded-'));
  const { 'sec-fetch-site': site } = headers;
  const isOwnSite = site === undefined || site === 'none' || site === 'same-origin';
  // A target such as `GET http://host/path` is for a proxy, and names the host itself (RFC 9112, 3.2.2).
  const hosts = [`http://${asked}`, ...(originalUrl.startsWith('/') ? [] : [originalUrl])];
  return !isForwarded && isOwnSite && hosts.every(isLoopback);
}

/** A proxy that adds no header looks like a call from here: only the key tells them apart. Takes constant time. */
function isKey({ headers, query }: FastifyRequest, right: string): boolean {
  const { [KEY_HEADER.toLowerCase()]: inHeader } = headers;
  const given = inHeader ?? (query as { key?: unknown }).key; // not validated yet
  return typeof given === 'string' && timingSafeEqual(digestOf(given), digestOf(right));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.has(new URL(url).hostname);
}
