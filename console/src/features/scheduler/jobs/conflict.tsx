import type { Job } from '#client';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { words as common } from '../words.ts';
import { toValues, type JobValues } from './values.ts';
import { words } from './words.ts';

interface JobConflictProps {
  readonly theirs: Job;
  readonly mine: JobValues;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}

/** Both versions of the fields that differ. */
export function JobConflict({ theirs, mine, onTake, onKeep }: JobConflictProps) {
  const say = useTexts(words);
  const { type } = useTexts(common);
  const comma = useLanguage() === 'fa' ? '، ' : ', ';
  const other = toValues(theirs, comma);
  const names = (Object.keys(other) as (keyof JobValues)[]).filter((name) => other[name] !== mine[name]);
  return (
    <div role="alert" className="bg-warn-soft grid gap-3 rounded-lg p-3">
      <p className="text-warn font-semibold">{say.conflict}</p>
      <dl className="grid gap-2">
        {names.map((name) => (
          <div key={name}>
            <dt className="text-ink2 text-meta font-medium">{name === 'type' ? type : say[name]}</dt>
            <dd className="grid grid-cols-2 gap-3 [overflow-wrap:anywhere]">
              {[say.theirs, say.mine].map((whose, at) => (
                <span key={whose}>
                  <span className="text-meta text-ink3">{whose}: </span>
                  <bdi className="whitespace-pre-wrap">{[other, mine][at]?.[name]}</bdi>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{say.takeTheirs}</Button>
        <Button onClick={onKeep}>{say.keepMine}</Button>
      </div>
    </div>
  );
}
