import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { TemplateWithRevisions } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { MailFrame } from '#app/ui/mail-frame.tsx';
import { toVariables } from '../messages/draft.ts';
import { previewQuery } from './queries.ts';
import { words } from './words.ts';

const TYPING_MS = 250; // a preview is asked for when the typing rests

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
  /** The text beside it is not saved yet. */
  readonly isDirty: boolean;
}

/** What readers get, with sample values that can be changed. */
export function TemplatePreview({ template, isDirty }: PreviewProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { variables, revision } = template;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const values = Object.fromEntries(variables.map((name) => [name, typed[name] ?? sampleOf(name)]));
  const rested = useRested(JSON.stringify(values));
  const asked = toVariables(JSON.parse(rested) as Record<string, string>);
  const { data, error, isPlaceholderData } = useQuery(previewQuery(template, asked));
  return (
    <section aria-label={say.preview} className="grid content-start gap-3">
      <h2 className="text-ink2 font-semibold">{say.preview}</h2>
      {isDirty && <p className="bg-info-soft text-info rounded-lg px-3 py-2">{say.previewOf(fmt.number(revision))}</p>}
      {error ? (
        <FormFailure error={error} />
      ) : (
        <div className={`grid gap-3 transition-opacity ${isPlaceholderData ? 'opacity-60' : ''}`}>
          <Rendered template={template} preview={data} />
        </div>
      )}
      {variables.length > 0 && (
        <fieldset className="grid gap-3 sm:grid-cols-2">
          <legend className="text-ink2 mb-2 font-semibold">{say.samples}</legend>
          {variables.map((name) => (
            <Field key={name} label={name}>
              {(described) => (
                <input
                  {...described}
                  dir="auto"
                  value={values[name]}
                  onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
                  className="control w-full"
                />
              )}
            </Field>
          ))}
        </fieldset>
      )}
    </section>
  );
}

interface RenderedProps {
  readonly template: TemplateWithRevisions;
  readonly preview: { readonly subject: string; readonly text: string; readonly html: string | null } | undefined;
}

function Rendered({ template, preview }: RenderedProps) {
  const say = useTexts(words);
  if (!preview) return <div className="border-line h-[480px] rounded-lg border" />;
  return (
    <>
      {preview.subject !== '' && (
        <p lang={template.language} className="text-[15px] font-semibold [overflow-wrap:anywhere]">
          <bdi>{preview.subject}</bdi>
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
