import type { Channel } from '../contract.ts';
import { layOut, toParagraphs } from './layout.ts';
import { renderText, type TemplateVariables } from './liquid.ts';
import type { MessageContent } from '../sealing.ts';

const MAX_SUBJECT_LENGTH = 200;

export interface RenderOptions {
  readonly channel: Channel;
  /** BCP 47. */
  readonly language: string;
  readonly unsubscribeUrl: string | null;
  readonly isUntimed?: boolean;
}

/** A message from a template. @throws as `renderText` */
export function renderTemplate(
  { subjectTemplate, bodyTemplate }: { subjectTemplate: string; bodyTemplate: string },
  variables: TemplateVariables,
  options: RenderOptions,
): MessageContent {
  const { channel, language, isUntimed = false } = options;
  const subject = oneLine(renderText(subjectTemplate, variables, { language, isUntimed, asHtml: false }));
  const body = renderText(bodyTemplate, variables, { language, isUntimed, asHtml: channel === 'email' });
  return toContent(subject, body, options, variables);
}

/** A message without a template: subject and body are plain text, also in an e-mail. */
export function renderRaw(
  subject: string,
  body: string,
  options: RenderOptions,
  variables: TemplateVariables,
): MessageContent {
  return toContent(oneLine(subject), options.channel === 'email' ? toParagraphs(body) : body, options, variables);
}

function toContent(subject: string, body: string, options: RenderOptions, data: TemplateVariables): MessageContent {
  const { channel, language, unsubscribeUrl } = options;
  if (channel !== 'email') return { subject, text: body.trim(), html: null, data };
  return { subject, ...layOut({ language, subject, body, unsubscribeUrl }), unsubscribeUrl };
}

/** A subject is a mail header: a line break in a variable must not begin another header. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT_LENGTH)
    .toWellFormed();
}
