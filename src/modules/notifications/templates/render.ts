import { clip } from '#kernel/text.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Channel, Occurrence } from '../contract.ts';
import { directionOf, directionOfText, layOut, toParagraphs, type Direction } from './layout.ts';
import { withFacts } from './occurrence.ts';
import { renderText, type TemplateVariables } from './liquid.ts';
import type { MessageContent } from '../sealing.ts';

const MAX_SUBJECT_LENGTH = 200;

export interface RenderOptions {
  readonly channel: Channel;
  /** BCP 47. */
  readonly language: string;
  /** IANA name: the reader's. */
  readonly timeZone: string;
  readonly branding: Branding;
  readonly unsubscribeUrl: string | null;
  /** What the message reports; shown below its text. */
  readonly occurrence?: Occurrence | null;
  readonly isUntimed?: boolean;
  /** Shown on a page instead of being sent. */
  readonly isPreview?: boolean;
}

/** For a reader who is not known yet. */
export function optionsOf(template: Pick<RenderOptions, 'channel' | 'language'>, branding: Branding): RenderOptions {
  const language = languageOf(template, branding);
  return { channel: template.channel, language, branding, timeZone: branding.timeZone, unsubscribeUrl: null };
}

/** A template whose language is `default` is written in that of the installation. */
export function languageOf({ language }: Pick<RenderOptions, 'language'>, branding: Branding): string {
  return language === 'default' ? branding.language : language;
}

/** A message from a template. @throws as `renderText` */
export function renderTemplate(
  { subjectTemplate, bodyTemplate }: { subjectTemplate: string; bodyTemplate: string },
  variables: TemplateVariables,
  options: RenderOptions,
): MessageContent {
  const asHtml = options.channel === 'email';
  const subject = oneLine(renderText(subjectTemplate, variables, { ...options, asHtml: false }));
  const body = renderText(bodyTemplate, variables, { ...options, asHtml });
  const direction = directionOf(options.language);
  const isShort = options.channel === 'sms'; // when and where is in the inbox, and in the e-mail of who has an address
  const whole = isShort ? body : withFacts(body, { ...options, asHtml });
  return toContent(subject, whole, { ...options, direction }, variables);
}

/**
 * A message without a template: subject and body are plain text, also in an e-mail. Its direction is that of its letters: the
 * reader's language, which the words around it have, says nothing of it.
 */
export function renderRaw(
  subject: string,
  body: string,
  options: RenderOptions,
  variables: TemplateVariables,
): MessageContent {
  const direction = directionOfText(body) ?? directionOfText(subject) ?? directionOf(options.language);
  const text = options.channel === 'email' ? toParagraphs(body) : body;
  return toContent(oneLine(subject), text, { ...options, direction }, variables);
}

function toContent(
  subject: string,
  body: string,
  options: RenderOptions & { readonly direction: Direction },
  data: TemplateVariables,
): MessageContent {
  const { channel, language, direction, unsubscribeUrl, branding, isPreview = false } = options;
  if (channel !== 'email') return { subject, text: body.trim(), html: null, data };
  const letter = { language, direction, subject, body, unsubscribeUrl, branding, isPreview };
  return { subject, ...layOut(letter), unsubscribeUrl };
}

/** A subject is a mail header: a line break in a variable must not begin another header. */
function oneLine(text: string): string {
  return clip(text.replace(/[\s\p{Cc}]+/gu, ' ').trim(), MAX_SUBJECT_LENGTH).toWellFormed();
}
