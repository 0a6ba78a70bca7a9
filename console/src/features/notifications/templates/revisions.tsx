import type { TemplateRevision, TemplateWithRevisions } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { words } from './words.ts';

interface RevisionsProps {
  readonly template: TemplateWithRevisions;
  /** Puts the text of an earlier revision into the form. */
  readonly onTake: (revision: TemplateRevision) => void;
}

export function Revisions({ template, onTake }: RevisionsProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <Section title={say.revisions}>
      <ol className="border-line divide-line divide-y rounded-lg border">
        {template.revisions.map((one) => (
          <li key={one.revision}>
            <details>
              <summary className="flex min-h-9 cursor-pointer flex-wrap items-center gap-x-3 px-3 -outline-offset-2!">
                <span className="font-medium">{fmt.number(one.revision)}</span>
                <span className="text-ink2 min-w-0 flex-1 truncate">
                  <bdi>{one.subjectTemplate}</bdi>
                </span>
                {one.createdBy === null && <span className="text-ink3 text-meta">{say.byProgram}</span>}
                <span className="text-ink3 text-meta">
                  <Time at={one.createdAt} />
                </span>
              </summary>
              <div className="grid gap-2 px-3 pb-3">
                <Code name={say.body} text={one.bodyTemplate} />
                <Button className="justify-self-start" onClick={() => onTake(one)}>
                  {say.take}
                </Button>
              </div>
            </details>
          </li>
        ))}
      </ol>
    </Section>
  );
}
