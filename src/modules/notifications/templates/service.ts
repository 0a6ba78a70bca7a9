import type { Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging } from '#kernel/page.ts';
import { Problem } from '#kernel/problem.ts';
import type { Db } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import { notificationErrors, type Channel } from '../contract.ts';
import { definitionOf } from './catalogue.ts';
import { checkTemplate, variablesOf, type Variables } from './liquid.ts';
import { renderTemplate, type Words } from './render.ts';
import type { NotificationsTables, OwnUnit, Reader, StoredTemplate } from '../tables.ts';
import type {
  NewTemplate,
  Preview,
  PreviewRequest,
  Template,
  TemplateContent,
  TemplateQuery,
  TemplateWithRevisions,
} from '../schemas.ts';
import type { Content } from '../sealing.ts';
import * as queries from './queries.ts';

const ORDER = 'id:desc';
const VARIABLES_BYTES = 65_536;

type Texts = Pick<StoredTemplate, 'subjectTemplate' | 'bodyTemplate' | 'allowsLogic'>;

/** Templates: who writes messages, in which languages, and what they said at which time. */
export function createTemplates({ db }: { db: Db<NotificationsTables> }) {
  async function list(query: TemplateQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    const { rows, total } = await queries.listTemplates(db.read, query, paging);
    return toPage({ rows: rows.map(toTemplate), total }, paging, ORDER, ({ id }) => id);
  }

  /** @throws `notifications.template_not_found`; as every method here that takes an id. */
  async function get(id: string): Promise<TemplateWithRevisions> {
    const row = orNotFound(await queries.findTemplate(db.read, id), id);
    const revisions = await queries.listRevisions(db.read, id);
    const variables = variablesOf(row.subjectTemplate, row.bodyTemplate);
    return { ...toTemplate(row), variables, revisions };
  }

  /** @throws `notifications.template_invalid`, `template_variable_missing`, `template_exists` */
  async function create(
    actor: Actor,
    { subjectTemplate = '', allowsLogic = false, ...rest }: NewTemplate,
  ): Promise<Template> {
    const { bodyTemplate, ...key } = rest;
    const texts = { subjectTemplate, bodyTemplate, allowsLogic };
    check({ ...key, ...texts });
    return db.write(actor, async (unit) => {
      const row = await queries.insertTemplate(unit.tx, {
        id: newId(),
        ...key,
        ...texts,
        revision: 1,
        ...notShipped,
      });
      if (!row) throw notificationErrors.templateExists(key);
      await record(unit, row);
      tell(unit, 'notifications.template_created', row, null);
      return toTemplate(row);
    });
  }

  /**
   * The same again is no revision.
   * @throws `notifications.template_invalid`, `http.precondition_failed`; `notifications.template_variable_missing` where the
   * program sends the template without what it asks for
   */
  async function revise(
    actor: Actor,
    id: string,
    { bodyTemplate, ...content }: TemplateContent,
    ifMatch: number | null,
  ): Promise<Template> {
    return db.write(actor, async (unit) => {
      const row = orNotFound(await queries.lockTemplate(unit.tx, id), id);
      if (ifMatch !== null && ifMatch !== row.revision) throw httpErrors.preconditionFailed({ version: row.revision });
      requireSameKey(row, content);
      const { subjectTemplate = row.subjectTemplate, allowsLogic = row.allowsLogic } = content;
      const texts = { subjectTemplate, bodyTemplate, allowsLogic };
      check({ ...row, ...texts });
      if (isSame(row, texts)) return toTemplate(row);
      return toTemplate(await change(unit, row, { ...texts, isEdited: row.isShipped }));
    });
  }

  /**
   * Deletes one that was made here; of one that comes with the program it takes the edit back.
   * @throws `notifications.template_shipped` when there is no edit to take back
   */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const row = orNotFound(await queries.lockTemplate(unit.tx, id), id);
      if (!row.isShipped) {
        await queries.updateTemplate(unit.tx, id, { deletedAt: new Date().toISOString() });
        return tell(unit, 'notifications.template_deleted', row, row);
      }
      if (!row.isEdited) throw notificationErrors.templateShipped({ id });
      await change(unit, row, {
        subjectTemplate: row.shippedSubject ?? '',
        bodyTemplate: row.shippedBody ?? '',
        allowsLogic: definitionOf(row.name)?.allowsLogic ?? false,
        isEdited: false,
      });
    });
  }

  /** @throws as creating a message by it would */
  async function preview(id: string, { variables = {} }: PreviewRequest): Promise<Preview> {
    checkVariables(variables);
    const row = orNotFound(await queries.findTemplate(db.read, id), id);
    const { subject, text, html } = renderTemplate(row, variables, { ...row, unsubscribeUrl: null });
    return { subject, text, html };
  }

  return { list, get, create, revise, remove, preview };
}

export type Templates = ReturnType<typeof createTemplates>;

/** By an id, in the language that fits best. @throws `notifications.template_not_found`, `notifications.template_channel_mismatch` */
export async function chooseTemplate(
  db: Reader,
  id: string,
  channel: Channel,
  language: string | null,
): Promise<StoredTemplate> {
  const named = orNotFound(await queries.findTemplate(db, id), id);
  if (named.channel !== channel) throw notificationErrors.templateChannelMismatch({ channel: named.channel });
  if (language === null) return named;
  return bestOf(await queries.listTranslations(db, named.name, channel), language) ?? named;
}

/** By its name; one that the program needs and nobody can delete. */
export async function shippedTemplate(
  db: Reader,
  name: string,
  channel: Channel,
  language: string,
): Promise<StoredTemplate> {
  const translations = await queries.listTranslations(db, name, channel);
  const best = bestOf(translations, language) ?? bestOf(translations, 'en');
  if (!best) throw new Error(`there is no template ${name} for ${channel}`);
  return best;
}

/**
 * A message of the program. Where an edit cannot be rendered (made before its template was sent without a variable, say)
 * the program's own words are: an edit keeps nobody from an account.
 */
export function renderShipped(template: StoredTemplate, variables: Variables, words: Words): Content {
  const { isEdited, shippedSubject, shippedBody } = template;
  const untimed = { ...words, isUntimed: true };
  try {
    return renderTemplate(template, variables, isEdited ? words : untimed);
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

/** The next revision of a locked template. */
export async function change(
  unit: OwnUnit,
  row: StoredTemplate,
  to: Texts & Partial<StoredTemplate>,
): Promise<StoredTemplate> {
  const changed = await queries.updateTemplate(unit.tx, row.id, { ...to, revision: row.revision + 1 });
  await record(unit, changed);
  tell(unit, 'notifications.template_changed', changed, row);
  return changed;
}

/** Keeps the texts of a revision for ever. */
export async function record({ tx, actor }: OwnUnit, row: StoredTemplate): Promise<void> {
  const { id: templateId, revision, subjectTemplate, bodyTemplate } = row;
  const createdBy = actor.type === 'system' ? null : actor.id;
  await queries.insertRevision(tx, { templateId, revision, subjectTemplate, bodyTemplate, createdBy });
}

/** @throws `notifications.content_too_large` */
export function checkVariables(variables: Readonly<Record<string, unknown>>): void {
  if (Buffer.byteLength(JSON.stringify(variables)) > VARIABLES_BYTES)
    throw notificationErrors.contentTooLarge({ most: VARIABLES_BYTES });
}

const notShipped = { isShipped: false, isEdited: false, shippedSubject: null, shippedBody: null };

/** One that the program sends must be such that it can: in no branch it asks for what it is not sent with. */
function check({
  name,
  channel,
  language,
  allowsLogic,
  ...texts
}: Pick<StoredTemplate, 'name' | 'channel' | 'language'> & Texts) {
  const { subjectTemplate, bodyTemplate } = texts;
  for (const text of [subjectTemplate, bodyTemplate]) checkTemplate(text, { allowsLogic });
  const definition = definitionOf(name);
  if (!definition) return;
  const variable = variablesOf(subjectTemplate, bodyTemplate).find(
    (each) => !Object.hasOwn(definition.variables, each),
  );
  if (variable !== undefined) throw notificationErrors.templateVariableMissing({ variable });
  renderTemplate(texts, definition.variables, { channel, language, unsubscribeUrl: null });
}

/** @throws `notifications.template_channel_mismatch`, `notifications.template_exists` */
function requireSameKey(row: StoredTemplate, { name, channel, language }: Partial<NewTemplate>): void {
  if (channel !== undefined && channel !== row.channel)
    throw notificationErrors.templateChannelMismatch({ channel: row.channel });
  if ((name ?? row.name) !== row.name || (language ?? row.language) !== row.language)
    throw notificationErrors.templateExists({ name: row.name, language: row.language });
}

export function isSame(one: Texts, other: Texts): boolean {
  const keys = ['subjectTemplate', 'bodyTemplate', 'allowsLogic'] as const;
  return keys.every((key) => one[key] === other[key]);
}

function tell({ audit, actor }: OwnUnit, action: string, row: StoredTemplate, before: StoredTemplate | null): void {
  if (actor.type === 'system') return; // a new version of the program; its release notes tell
  audit({
    action,
    resourceType: 'notificationTemplate',
    resourceId: row.id,
    payload: { before: before && textsOf(before), after: textsOf(row) },
  });
}

function textsOf({ name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, revision }: StoredTemplate) {
  return { name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, revision };
}

function toTemplate(row: StoredTemplate): Template {
  const { id, name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, revision } = row;
  const { isShipped, isEdited, createdAt, updatedAt } = row;
  const texts = { subjectTemplate, bodyTemplate, allowsLogic, revision, version: revision };
  return { id, name, channel, language, ...texts, isShipped, isEdited, createdAt, updatedAt };
}

function orNotFound(row: StoredTemplate | undefined, id: string): StoredTemplate {
  if (!row) throw notificationErrors.templateNotFound({ id });
  return row;
}
