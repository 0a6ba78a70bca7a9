import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { parseLanguageTag } from '#kernel/language.ts';
import { looksLike } from '#kernel/name.ts';
import { mapPage } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import { notificationErrors, type DeclaredTemplates } from '../contract.ts';
import type { NotificationsTables, StoredTemplate } from '../tables.ts';
import { installBuiltIns } from './built-in.ts';
import { checkTexts, checkVariables, toBuiltIns, type BuiltInTemplate } from './catalogue.ts';
import { requireSmall, variablesOf } from './liquid.ts';
import * as queries from './queries.ts';
import { optionsOf, renderTemplate } from './render.ts';
import { addRevision, auditTemplate, isSame, recordRevision, type TemplateTexts } from './revisions.ts';
import type {
  NewTemplate,
  Preview,
  PreviewRequest,
  Template,
  TemplateContent,
  TemplateQuery,
  TemplateWithRevisions,
} from './schemas.ts';

/** Templates of messages: templates that modules declare, templates that users create, and all their revisions. */
export function createTemplates({ db, branding }: { db: Db<NotificationsTables>; branding: Branding }) {
  let builtIns: readonly BuiltInTemplate[] = [];

  /** Once, at start. @throws as `toBuiltIns` and `installBuiltIns` */
  async function prepare(modules: readonly DeclaredTemplates[]): Promise<void> {
    builtIns = toBuiltIns(modules);
    await installBuiltIns(db, builtIns, branding);
  }

  async function list(query: TemplateQuery) {
    return mapPage(await queries.listTemplates(db.read, query), toTemplate);
  }

  /** @throws `notifications.template_not_found`, as every method here that takes an id */
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
    requireUsable({ ...key, ...texts });
    // In any channel and language: people could take it for a translation of the other.
    if (builtIns.some(({ name }) => name !== key.name && looksLike(name, key.name)))
      throw notificationErrors.templateExists(key);
    return db.write(actor, async (unit) => {
      const row = await queries.insertTemplate(unit.tx, {
        id: newId(),
        ...key,
        ...texts,
        revision: 1,
        ...ownTemplate,
      });
      if (!row) throw notificationErrors.templateExists(key);
      await recordRevision(unit, row);
      auditTemplate(unit, 'notifications.template_created', row, null);
      return toTemplate(row);
    });
  }

  /**
   * Unchanged texts do not create a revision.
   * @throws `notifications.template_invalid`, `http.precondition_failed`; `notifications.template_variable_missing`
   * where a module sends the template without a variable that the texts use
   */
  async function revise(
    actor: Actor,
    id: string,
    { bodyTemplate, ...content }: TemplateContent,
    precondition: Precondition,
  ): Promise<Template> {
    return db.write(actor, async (unit) => {
      const row = orNotFound(await queries.lockTemplate(unit.tx, id), id);
      precondition.require(row.revision);
      requireSameKey(row, content);
      const { subjectTemplate = row.subjectTemplate, allowsLogic = row.allowsLogic } = content;
      const texts = { subjectTemplate, bodyTemplate, allowsLogic };
      requireUsable({ ...row, ...texts });
      if (isSame(row, texts)) return toTemplate(row);
      return toTemplate(await addRevision(unit, row, { ...texts, isEdited: row.isShipped }));
    });
  }

  /**
   * Deletes a template that a user created. Of a template that a module declares it undoes the edit.
   * @throws `notifications.template_shipped` when there is no edit to undo
   */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const row = orNotFound(await queries.lockTemplate(unit.tx, id), id);
      precondition.require(row.revision);
      if (!row.isShipped) {
        await queries.updateTemplate(unit.tx, id, { deletedAt: new Date().toISOString() });
        return auditTemplate(unit, 'notifications.template_deleted', row, row);
      }
      if (!row.isEdited) throw notificationErrors.templateShipped({ id });
      await addRevision(unit, row, {
        subjectTemplate: row.shippedSubject ?? '',
        bodyTemplate: row.shippedBody ?? '',
        allowsLogic: builtInOf(row)?.allowsLogic ?? false,
        isEdited: false,
      });
    });
  }

  /** @throws as creating a message from it would; for a draft also as `revise` would for texts that are no template */
  async function preview(id: string, { variables = {}, draft }: PreviewRequest): Promise<Preview> {
    requireSmall(variables);
    const row = orNotFound(await queries.findTemplate(db.read, id), id);
    if (draft) checkTexts({ ...row, ...draft });
    const texts = draft ?? row;
    const { subject, text, html } = renderTemplate(texts, variables, { ...optionsOf(row, branding), isPreview: true });
    return { subject, text, html, variables: variablesOf(texts.subjectTemplate, texts.bodyTemplate) };
  }

  /** Channels and languages of one template have the same samples. */
  function builtInOf({ name }: Pick<StoredTemplate, 'name'>): BuiltInTemplate | undefined {
    return builtIns.find((one) => one.name === name);
  }

  /** An edit of a template that a module declares must suit the variables that the module sends. */
  function requireUsable(template: Pick<StoredTemplate, 'name' | 'channel' | 'language'> & TemplateTexts): void {
    checkTexts(template);
    const builtIn = builtInOf(template);
    if (builtIn) checkVariables(template, builtIn.samples, optionsOf(template, branding));
  }

  return { prepare, list, get, create, revise, remove, preview };
}

export type Templates = ReturnType<typeof createTemplates>;

const ownTemplate = { isShipped: false, isEdited: false, shippedSubject: null, shippedBody: null };

/** @throws `notifications.template_channel_mismatch`, `notifications.template_exists` */
function requireSameKey(row: StoredTemplate, { name, channel, language }: Partial<NewTemplate>): void {
  if (channel !== undefined && channel !== row.channel)
    throw notificationErrors.templateChannelMismatch({ channel: row.channel });
  const isOtherLanguage = language !== undefined && language !== parseLanguageTag(row.language); // `FA`, from before
  if ((name ?? row.name) !== row.name || isOtherLanguage)
    throw notificationErrors.templateExists({ name: row.name, language: row.language });
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
