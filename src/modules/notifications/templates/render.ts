import type { Channel } from '../contract.ts';
import { layOut, toParagraphs } from './layout.ts';
import { renderText, type Variables } from './liquid.ts';
import type { Content } from '../sealing.ts';

const LONGEST_SUBJECT = 200;

export interface Words {
  readonly channel: Channel;
  /** BCP 47. */
  readonly language: string;
  readonly unsubscribeUrl: string | null;
  readonly isUntimed?: boolean;
}

/** A message by its template. @throws as `renderText` */
export function renderTemplate(
  { subjectTemplate, bodyTemplate }: { subjectTemplate: string; bodyTemplate: string },
  variables: Variables,
  words: Words,
): Content {
  const { channel, language, isUntimed = false } = words;
  const subject = oneLine(renderText(subjectTemplate, variables, { language, isUntimed, asHtml: false }));
  const body = renderText(bodyTemplate, variables, { language, isUntimed, asHtml: channel === 'email' });
  return toContent(subject, body, words, variables);
}

/** A message of somebody's own words; they are text, also in an e-mail. */
export function renderRaw(subject: string, body: string, words: Words, variables: Variables): Content {
  return toContent(oneLine(subject), words.channel === 'email' ? toParagraphs(body) : body, words, variables);
}

function toContent(subject: string, body: string, words: Words, data: Variables): Content {
  const { channel, language, unsubscribeUrl } = words;
  if (channel !== 'email') return { subject, text: body.trim(), html: null, data };
  return { subject, ...layOut({ language, subject, body, unsubscribeUrl }), unsubscribeUrl };
}

/** A subject is a header: a line break in a variable must not begin another one. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_SUBJECT)
    .toWellFormed();
}
