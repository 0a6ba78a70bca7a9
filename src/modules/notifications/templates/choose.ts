import { Problem } from '#kernel/problem.ts';
import type { Branding } from '#platform/branding/port.ts';
import { notificationErrors, type Channel } from '../contract.ts';
import type { MessageContent } from '../sealing.ts';
import type { NotificationsReader, StoredTemplate } from '../tables.ts';
import type { TemplateVariables } from './liquid.ts';
import * as queries from './queries.ts';
import { renderTemplate, type RenderOptions } from './render.ts';

/**
 * The template with this id, in the first of the languages that it has; as it is where it has none of them.
 * @throws `notifications.template_not_found`, `notifications.template_channel_mismatch`
 */
export async function chooseTemplate(
  db: NotificationsReader,
  id: string,
  channel: Channel,
  languages: readonly string[],
): Promise<StoredTemplate> {
  const named = await queries.findTemplate(db, id);
  if (!named) throw notificationErrors.templateNotFound({ id });
  if (named.channel !== channel) throw notificationErrors.templateChannelMismatch({ channel: named.channel });
  if (languages.length === 0) return named;
  return bestOf(await queries.listTranslations(db, named.name, channel), languages) ?? named;
}

/** A template that a module declares, by its name, in the first of the languages that it has, or in that of the installation. */
export async function builtInTemplate(
  db: NotificationsReader,
  name: string,
  channel: Channel,
  languages: readonly string[],
  { language: ours }: Pick<Branding, 'language'>,
): Promise<StoredTemplate> {
  const translations = await queries.listTranslations(db, name, channel);
  const best = bestOf(translations, languages) ?? bestOf(translations, [ours]);
  if (!best) throw new Error(`no module declares a template ${name} for the channel ${channel}`);
  return best;
}

/**
 * A message from a built-in template. An edit that cannot be rendered (made before its template was sent without a
 * variable, say) is replaced by the built-in text: a faulty edit must not lock users out of their accounts.
 */
export function renderBuiltIn(
  template: StoredTemplate,
  variables: TemplateVariables,
  options: RenderOptions,
): MessageContent {
  const { isEdited, shippedSubject, shippedBody } = template;
  const untimed = { ...options, isUntimed: true };
  try {
    return renderTemplate(template, variables, isEdited ? options : untimed);
  } catch (error) {
    if (!(error instanceof Problem) || !isEdited || shippedBody === null) throw error;
    return renderTemplate({ subjectTemplate: shippedSubject ?? '', bodyTemplate: shippedBody }, variables, untimed);
  }
}

/** For each language, `fa-IR`, then `fa`; then `default`. */
function bestOf(translations: readonly StoredTemplate[], languages: readonly string[]): StoredTemplate | undefined {
  for (const tag of [...languages.flatMap(toRanges), 'default']) {
    const found = translations.find((each) => each.language.toLowerCase() === tag);
    if (found) return found;
  }
  return undefined;
}

function toRanges(language: string): string[] {
  const tags = language.toLowerCase().split('-');
  return tags.map((_, index) => tags.slice(0, tags.length - index).join('-'));
}
