import { Problem } from '#kernel/problem.ts';
import type { Branding } from '#platform/branding/port.ts';
import { notificationErrors, type Channel } from '../contract.ts';
import type { MessageContent } from '../sealing.ts';
import type { NotificationsReader, StoredTemplate } from '../tables.ts';
import type { TemplateVariables } from './liquid.ts';
import * as queries from './queries.ts';
import { renderTemplate, type RenderOptions } from './render.ts';

/**
 * The template with this id, in the language that fits best.
 * @throws `notifications.template_not_found`, `notifications.template_channel_mismatch`
 */
export async function chooseTemplate(
  db: NotificationsReader,
  id: string,
  channel: Channel,
  language: string | null,
): Promise<StoredTemplate> {
  const named = await queries.findTemplate(db, id);
  if (!named) throw notificationErrors.templateNotFound({ id });
  if (named.channel !== channel) throw notificationErrors.templateChannelMismatch({ channel: named.channel });
  if (language === null) return named;
  return bestOf(await queries.listTranslations(db, named.name, channel), language) ?? named;
}

/** A template that a module declares, by its name, in the language that fits best, or in that of the installation. */
export async function builtInTemplate(
  db: NotificationsReader,
  name: string,
  channel: Channel,
  language: string,
  { language: ours }: Pick<Branding, 'language'>,
): Promise<StoredTemplate> {
  const translations = await queries.listTranslations(db, name, channel);
  const best = bestOf(translations, language) ?? bestOf(translations, ours);
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

/** `fa-IR`, then `fa`, then `default`. */
function bestOf(translations: readonly StoredTemplate[], language: string): StoredTemplate | undefined {
  const tags = language.toLowerCase().split('-');
  const wanted = [...tags.map((_, index) => tags.slice(0, tags.length - index).join('-')), 'default'];
  for (const tag of wanted) {
    const found = translations.find((each) => each.language.toLowerCase() === tag);
    if (found) return found;
  }
  return undefined;
}
