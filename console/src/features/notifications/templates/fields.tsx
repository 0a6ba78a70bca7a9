import type { TemplateWithRevisions } from '#client';
import { directionOf, useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import { CheckField, type useFields } from '#app/ui/form/form.tsx';
import type { Texts } from './queries.ts';
import { words } from './words.ts';

interface TextFieldsProps {
  readonly form: ReturnType<typeof useFields<Texts>>;
  readonly template: TemplateWithRevisions;
}

/** Subject and text in the direction of the language of the template, whatever that of the page is. */
export function TextFields({ form, template: { channel, language } }: TextFieldsProps) {
  const say = useTexts(words);
  const direction = directionOf(language);
  const errorOf = (name: keyof Texts) => form.getFieldState(name, form.formState).error?.message;
  return (
    <>
      <Field label={say.subject} error={errorOf('subjectTemplate')}>
        {(described) => (
          <input
            {...described}
            {...form.register('subjectTemplate')}
            lang={language}
            dir={direction}
            maxLength={500}
            className="control"
          />
        )}
      </Field>
      <Field label={channel === 'email' ? say.bodyHtml : say.body} help={say.bodyHelp} error={errorOf('bodyTemplate')}>
        {(described) => (
          <textarea
            {...described}
            {...form.register('bodyTemplate', { validate: (text) => text.trim() !== '' || say.bodyMissing })}
            lang={language}
            dir={channel === 'email' ? 'ltr' : direction} // tags are torn apart from right to left
            rows={18}
            maxLength={100_000}
            spellCheck={false}
            className="control py-2 font-mono text-[12px] leading-5"
          />
        )}
      </Field>
      <CheckField form={form} name="allowsLogic" label={say.logic} />
    </>
  );
}
