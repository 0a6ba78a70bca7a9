import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, type Template, type TemplateWithRevisions } from '#client';
import { directionOf, useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Choice } from '#app/ui/list.tsx';
import { MailFrame } from '#app/ui/mail-frame.tsx';
import { toVariables } from '../messages/draft.ts';
import { words as shared } from '../words.ts';
import { previewQuery, templatesQuery, type Texts } from './queries.ts';
import { words } from './words.ts';

const TYPING_MS = 250; // a preview is asked for when the typing rests
const SIBLINGS = 50;

/** Something that looks like what a variable of this name holds. */
function sampleOf(name: string): string {
  if (/code$/i.test(name)) return '123456';
  if (/(link|url)$/i.test(name)) return 'https://example.com/';
  if (/(at|date|day)$/i.test(name)) return new Date().toISOString().slice(0, 16);
  if (/(count|minutes|hours|days|price|amount)$/i.test(name)) return '3';
  return name;
}

interface PreviewProps {
  readonly template: TemplateWithRevisions;
  /** The texts beside it, where they are not saved yet. */
  readonly draft: Texts | null;
}

/** What readers get, with sample values that can be changed: of the text beside it, and of its other languages and channels. */
export function TemplatePreview({ template, draft }: PreviewProps) {
  const say = useTexts(words);
  const [shownId, setShownId] = useState(template.id);
  const { data: siblings } = useQuery(templatesQuery({ name: template.name, pageSize: SIBLINGS }));
  const shown = siblings?.items.find(({ id }) => id === shownId) ?? template;
  const isOwn = shown.id === template.id;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [missing, setMissing] = useState<readonly string[]>([]);
  const known = [...new Set([...template.variables, ...missing])];
  const values = Object.fromEntries(known.map((name) => [name, typed[name] ?? sampleOf(name)]));
  const rested = useRested(JSON.stringify({ values, draft: isOwn ? draft : null }));
  const asked = JSON.parse(rested) as { values: Record<string, string>; draft: Texts | null };
  const isBlank = asked.draft?.bodyTemplate.trim() === '';
  const { data, error, isPlaceholderData } = useQuery({
    ...previewQuery(isOwn ? template : shown, { variables: toVariables(asked.values), draft: asked.draft }),
    enabled: !isBlank,
  });
  const lacking = variableMissingIn(error);
  useEffect(() => {
    if (lacking !== null) setMissing((before) => (before.includes(lacking) ? before : [...before, lacking]));
  }, [lacking]);
  const isAskedAgain = lacking !== null && !Object.hasOwn(asked.values, lacking); // with a sample for it
  return (
    <section aria-label={say.preview} className="grid content-start gap-3">
      <div className="-mt-1.5 flex min-h-8 flex-wrap items-center justify-between gap-2">
        <h2 className="text-ink2 font-semibold">{isOwn && draft ? say.previewOfDraft : say.preview}</h2>
        <Sibling all={siblings?.items ?? []} value={shown.id} onChange={setShownId} />
      </div>
      {error && !isAskedAgain ? (
        <FormFailure error={error} />
      ) : (
        <div aria-busy={isPlaceholderData && !isBlank} className="dims grid gap-3">
          <Rendered template={shown} preview={isBlank ? undefined : data} />
        </div>
      )}
      <Samples
        names={data?.variables ?? known}
        values={values}
        onType={(name, text) => setTyped({ ...typed, [name]: text })}
      />
    </section>
  );
}

interface SiblingProps {
  readonly all: readonly Template[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** The same message in its other languages, and for its other channels. */
function Sibling({ all, value, onChange }: SiblingProps) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  if (all.length < 2) return null;
  const nameOf = ({ channel, language }: Template) =>
    `${kinds.channels[channel]} · ${kinds.languages[language] ?? language}`;
  return (
    <Choice<string>
      label={say.previewAs}
      value={value}
      options={all.map((one) => [one.id, nameOf(one)] as const)}
      onChange={onChange}
    />
  );
}

interface SamplesProps {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly onType: (name: string, text: string) => void;
}

function Samples({ names, values, onType }: SamplesProps) {
  const say = useTexts(words);
  if (names.length === 0) return null;
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2">
      <legend className="text-ink2 mb-2 font-semibold">{say.samples}</legend>
      {names.map((name) => (
        <Field key={name} label={name}>
          {(described) => (
            <input
              {...described}
              dir="auto"
              value={values[name] ?? sampleOf(name)}
              onChange={({ target }) => onType(name, target.value)}
              className="control w-full"
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}

/** The variable without whose value the server does not render. */
function variableMissingIn(error: Error | null): string | null {
  if (!(error instanceof ApiError) || error.problem.code !== 'notifications.template_variable_missing') return null;
  const { variable } = error.problem as { readonly variable?: unknown };
  return typeof variable === 'string' ? variable : null;
}

interface RenderedProps {
  readonly template: Template;
  readonly preview: { readonly subject: string; readonly text: string; readonly html: string | null } | undefined;
}

function Rendered({ template, preview }: RenderedProps) {
  const say = useTexts(words);
  if (!preview) return <div className="border-line h-[480px] rounded-lg border" />;
  return (
    <>
      {preview.subject !== '' && (
        <p
          lang={template.language}
          dir={directionOf(template.language)}
          className="text-[15px] font-semibold [overflow-wrap:anywhere]"
        >
          {preview.subject}
        </p>
      )}
      {preview.html === null ? (
        <PlainText name={say.asText} text={preview.text} />
      ) : (
        <>
          <MailFrame title={say.preview} html={preview.html} />
          <details>
            <summary className="text-ink2 min-h-6 cursor-pointer">{say.asText}</summary>
            <PlainText name={say.asText} text={preview.text} />
          </details>
        </>
      )}
    </>
  );
}

function PlainText({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <pre
      role="region"
      aria-label={name}
      tabIndex={0}
      dir="auto"
      className="bg-raised border-line max-h-80 overflow-auto rounded-lg border p-3 font-sans whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {text}
    </pre>
  );
}

/** The value, once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
