import type { Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import { notificationErrors, type Channel } from './contract.ts';
import { checkTemplate, variablesOf } from './liquid.ts';
import { renderTemplate } from './render.ts';
import type { NotificationsTables, OwnUnit, Reader, StoredTemplate } from './rows.ts';
import type {
  NewTemplate,
  Preview,
  PreviewRequest,
  Template,
  TemplateContent,
  TemplateQuery,
  TemplateWithRevisions,
} from './shapes.ts';
import * as queries from './template-queries.ts';

const ORDER = 'id:desc';
const VARIABLES_BYTES = 65_536;

type Texts = Pick<StoredTemplate, 'subjectTemplate' | 'bodyTemplate'>;

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

  /** @throws `notifications.template_invalid`, `notifications.template_exists` */
  async function create(actor: Actor, { subjectTemplate = '', bodyTemplate, ...key }: NewTemplate): Promise<Template> {
    const texts = { subjectTemplate, bodyTemplate };
    check(texts);
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

  /** The same texts again are no revision. @throws `notifications.template_invalid`, `http.precondition_failed` */
  async function revise(
    actor: Actor,
    id: string,
    { bodyTemplate, ...content }: TemplateContent,
    ifMatch: number | null,
  ): Promise<Template> {
    check({ subjectTemplate: content.subjectTemplate ?? '', bodyTemplate });
    return db.write(actor, async (unit) => {
      const row = orNotFound(await queries.lockTemplate(unit.tx, id), id);
      if (ifMatch !== null && ifMatch !== row.revision) throw httpErrors.preconditionFailed({ version: row.revision });
      requireSameKey(row, content);
      const texts = { subjectTemplate: content.subjectTemplate ?? row.subjectTemplate, bodyTemplate };
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

function check({ subjectTemplate, bodyTemplate }: Texts): void {
  checkTemplate(subjectTemplate);
  checkTemplate(bodyTemplate);
}

/** @throws `notifications.template_channel_mismatch`, `notifications.template_exists` */
function requireSameKey(row: StoredTemplate, { name, channel, language }: Partial<NewTemplate>): void {
  if (channel !== undefined && channel !== row.channel)
    throw notificationErrors.templateChannelMismatch({ channel: row.channel });
  if ((name ?? row.name) !== row.name || (language ?? row.language) !== row.language)
    throw notificationErrors.templateExists({ name: row.name, language: row.language });
}

export function isSame(one: Texts, other: Texts): boolean {
  return one.subjectTemplate === other.subjectTemplate && one.bodyTemplate === other.bodyTemplate;
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

function textsOf({ name, channel, language, subjectTemplate, bodyTemplate, revision }: StoredTemplate) {
  return { name, channel, language, subjectTemplate, bodyTemplate, revision };
}

function toTemplate(row: StoredTemplate): Template {
  const { id, name, channel, language, subjectTemplate, bodyTemplate, revision } = row;
  const { isShipped, isEdited, createdAt, updatedAt } = row;
  const texts = { subjectTemplate, bodyTemplate, revision, version: revision };
  return { id, name, channel, language, ...texts, isShipped, isEdited, createdAt, updatedAt };
}

function orNotFound(row: StoredTemplate | undefined, id: string): StoredTemplate {
  if (!row) throw notificationErrors.templateNotFound({ id });
  return row;
}
