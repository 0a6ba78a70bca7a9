import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { pickLanguage, toLatinDigits } from '#kernel/language.ts';
import { Email } from '#kernel/schema.ts';
import { isSigned } from '#kernel/webhook.ts';
import { mask } from '#modules/notifications/sealing.ts';
import { layOut, toParagraphs, toPlainText } from '#modules/notifications/templates/layout.ts';
import { checkTemplate, renderText } from '#modules/notifications/templates/liquid.ts';
import { optionsOf, renderRaw } from '#modules/notifications/templates/render.ts';
import { localPart, maskAddress } from '#modules/users/addresses/forms.ts';
import { createPasswordRules } from '#modules/users/passwords/rules.ts';
import { toDevice } from '#modules/users/user-agent.ts';
import { readBodies } from '#platform/http/bodies.ts';
import { toEntityTags } from '#platform/http/conditions.ts';
import { createValidatorCompiler } from '#platform/http/validation.ts';
import { toEmail, toName } from '#platform/identity/openid.ts';
import { brandingOf } from '#testing/branding.ts';
import { isKey } from '#platform/storage/key.ts';

// A pattern that tries each split of such an input takes seconds to minutes.
const MAX_CPU_MS = 400;
const HEADER = 32 * 1024;
const TEMPLATE = 100_000;
const BODY = 2 * 1024 * 1024;

const blanks = ' '.repeat(TEMPLATE);
const branding = brandingOf();
const letter = { language: 'fa', direction: 'rtl', unsubscribeUrl: null, branding, isPreview: false } as const;
const inEnglish = { language: 'en', direction: 'ltr', timeZone: 'UTC', branding, asHtml: true };
const validateEmail = createValidatorCompiler()({ schema: Email, httpPart: 'body', method: 'POST', url: '/' });

/** Each function that applies a pattern to text of strangers, with the worst text of the length that reaches it. */
const worstCases: Record<string, () => unknown> = {
  'a template of blanks': () => checkTemplate(`{{${blanks}`, { allowsLogic: true }),
  'a template of opened braces': () => checkTemplate('{{'.repeat(TEMPLATE / 2), { allowsLogic: true }),
  'a template of opened tags': () => checkTemplate('{% if a %}'.repeat(TEMPLATE / 10), { allowsLogic: true }),
  'a null value before a filter': () => renderText(`{{ note${blanks}| first }}`, { note: [] }, inEnglish),
  'a null value at an index': () => renderText(`{{ note[${blanks}0] }}`, { note: [null] }, inEnglish),
  'a null value among blanks': () => renderText(`{{ note${blanks}}}`, { note: null }, inEnglish),
  'a null value among hyphens': () => renderText(`{{-${blanks}note${blanks}-}}`, { note: null }, inEnglish),
  'a long name of a variable': () => renderText(`{{ ${'a'.repeat(TEMPLATE)} }}`, {}, inEnglish),
  'nested markup': () => toPlainText('<div>'.repeat(TEMPLATE / 5)),
  'nested lists': () => toPlainText('<ul><li>'.repeat(TEMPLATE / 8)),
  'opened brackets': () => toPlainText('<'.repeat(TEMPLATE)),
  'an opened attribute': () => toPlainText(`<a href="${'<a href="'.repeat(TEMPLATE / 9)}`),
  'blanks in markup': () => toPlainText(`<p>${blanks}x${blanks}`),
  'a whole mail': () => layOut({ ...letter, subject: blanks, body: `${blanks}<` }),
  'unsafe links': () => layOut({ ...letter, subject: '', body: '<a href=x:>'.repeat(TEMPLATE / 11) }),
  'blank lines': () => toParagraphs('\n \t'.repeat(TEMPLATE)),
  'a line of blanks': () => toParagraphs(`\n${blanks}x`.repeat(2)),
  'a raw message': () =>
    renderRaw(`${blanks}x`, `${blanks}x`, optionsOf({ channel: 'email', language: 'en' }, branding), {}),
  'a recipient': () => mask(`${'a'.repeat(HEADER)}@`),
  'signatures of a webhook': () =>
    isSigned('whsec_x', 'v1,'.repeat(HEADER), { id: 'a', seconds: '1'.repeat(HEADER), body: '' }, new Date(0)),
  languages: () => pickLanguage('fa-x;q=0.0001 ,'.repeat(HEADER / 15)),
  'parameters of a language': () => pickLanguage(`fa${';q =1'.repeat(HEADER / 5)}`),
  'entity tags': () => toEntityTags('"a" , '.repeat(HEADER / 6)),
  'blanks before an entity tag': () => toEntityTags(`${' '.repeat(HEADER)}x`),
  digits: () => toLatinDigits('۱'.repeat(HEADER)),
  'an address that fits almost': () => validateEmail(`a@${'b.'.repeat(BODY / 2)}`),
  'an address among blanks': () => validateEmail(`${blanks}a@b.cc${blanks}x`),
  'an address without end': () => validateEmail(`a@b.${'c'.repeat(BODY)} x`),
  'an address to normalise': () =>
    [parseEmail, localPart, maskAddress].map((use) => use(`${blanks}${'@'.repeat(254)}`)),
  'an address of a provider': () => toEmail(`a@${'b.'.repeat(126)}`),
  'a name of a provider': () => toName(`\u0001${' \u0001'.repeat(TEMPLATE)}`),
  'a user agent': () => toDevice(`${'a.'.repeat(HEADER / 2)}(`),
  'a key of an object': () => isKey(`a/${'../'.repeat(HEADER)}`),
  'a password': () =>
    createPasswordRules({ passwordClasses: ['symbol'], publicUrl: 'http://localhost', branding }).check(
      '۱'.repeat(256),
      { email: 'sara@example.com' },
    ),
  'a body of an opened text': () => read(`"${'\\"'.repeat(BODY / 2)}`),
  'a body of quotes': () => read('"'.repeat(BODY)),
  'a body of brackets': () => read('['.repeat(BODY)),
  'a body of digits': () => read('1'.repeat(BODY)),
  'a body of numbers': () => read(`[${'1e,'.repeat(BODY / 3)}`),
};

const http = Fastify({ bodyLimit: BODY + 10 });
readBodies(http);
http.post('/', () => 'read');

function read(payload: string) {
  return http.inject({ method: 'POST', url: '/', payload, headers: { 'content-type': 'application/json' } });
}

for (const [name, apply] of Object.entries(worstCases)) {
  test(`no pattern takes long for ${name}`, async () => {
    const begun = process.cpuUsage();
    await Promise.resolve()
      .then(apply)
      .catch((error: Error & { code?: string }) => assert.notEqual(error.name, 'RangeError', String(error)));
    const { user } = process.cpuUsage(begun);
    assert.ok(user / 1000 < MAX_CPU_MS, `${user / 1000} ms of CPU`);
  });
}
