import { languages } from '#kernel/language.ts';
import { Problem } from '#kernel/problem.ts';
import type { MessageTemplate } from '#kernel/template.ts';
import type { Branding } from '#platform/branding/port.ts';
import { channels as known, notificationErrors, type Channel, type DeclaredTemplates } from '../contract.ts';
import { toPlainText } from './layout.ts';
import { checkTemplate, variablesOf, type TemplateVariables } from './liquid.ts';
import { optionsOf, renderTemplate, type RenderOptions } from './render.ts';
import type { TemplateTexts } from './revisions.ts';

/** A template that a module declares, for one channel and language. */
export interface BuiltInTemplate extends TemplateTexts {
  readonly name: string;
  readonly channel: Channel;
  readonly language: string;
  /** Sample values of all variables that the template is sent with: an edit may use no other variable. */
  readonly samples: TemplateVariables;
}

/**
 * All templates of all modules, in each channel and language.
 * @throws an error that names module and template, where two modules declare one, or its name or a channel is wrong
 */
export function toBuiltIns(modules: readonly DeclaredTemplates[]): BuiltInTemplate[] {
  const declared = modules.flatMap(({ name: module, templates = {} }) =>
    Object.entries(templates).map(([name, template]) => ({ module, name, template })),
  );
  const owners = new Map<string, string>();
  return declared.flatMap(({ module, name, template }) => {
    const other = owners.get(name);
    if (other !== undefined) throw refusal(module, name, `the module ${other} declares a template of this name too`);
    owners.set(name, module);
    if (!name.startsWith(`${module}.`)) throw refusal(module, name, `its name must begin with ${module}.`);
    return toVersions(module, name, template);
  });
}

function toVersions(module: string, name: string, template: MessageTemplate): BuiltInTemplate[] {
  const { channels, variables: samples, allowsLogic = false } = template;
  return channels.flatMap((text) => {
    const channel = known.find((each) => each === text);
    if (channel === undefined) throw refusal(module, name, `channel ${text} is unknown; known: ${known.join(', ')}`);
    return languages.map((language) => {
      const { subject: subjectTemplate, body, sms } = template[language];
      const bodyTemplate =
        channel === 'email' ? body : channel === 'sms' && sms !== undefined ? sms : toPlainText(body);
      return { name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, samples };
    });
  });
}

/**
 * The template can be sent as it is declared, in every branch of its texts.
 * @throws an error that names module, template and variable
 */
export function requireSendable(version: BuiltInTemplate, branding: Branding): void {
  const { name, channel, language } = version;
  try {
    checkTexts(version);
    checkVariables(version, version.samples, { ...optionsOf(version, branding), isUntimed: true });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { variable, reason } = error.details;
    const missing = typeof variable === 'string' ? `the variable ${variable} is missing from "variables"` : null;
    const why = missing ?? (typeof reason === 'string' ? reason : error.message);
    throw refusal(name.split('.')[0] ?? '', name, `${channel}, ${language}: ${why}`, error);
  }
}

function refusal(module: string, template: string, reason: string, cause?: unknown): Error {
  return new Error(`The module ${module} declares the template ${template}, which cannot be used: ${reason}`, {
    cause,
  });
}

/** @throws `notifications.template_invalid` */
export function checkTexts({ subjectTemplate, bodyTemplate, allowsLogic }: TemplateTexts): void {
  for (const text of [subjectTemplate, bodyTemplate]) checkTemplate(text, { allowsLogic });
}

/**
 * In no branch do the texts use a variable that they are not sent with, and with the samples they can be rendered.
 * @throws `notifications.template_variable_missing`, `notifications.template_invalid`
 */
export function checkVariables(texts: TemplateTexts, samples: TemplateVariables, options: RenderOptions): void {
  const used = variablesOf(texts.subjectTemplate, texts.bodyTemplate);
  const variable = used.find((each) => !Object.hasOwn(samples, each));
  if (variable !== undefined) throw notificationErrors.templateVariableMissing({ variable });
  renderTemplate(texts, samples, options);
}
