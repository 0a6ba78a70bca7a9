import type { Todo } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { words } from './words.ts';

interface ConflictProps {
  readonly theirs: Todo;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}

/** The version of the server, below the form with what was typed. */
export function Conflict({ theirs, onTake, onKeep }: ConflictProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { description, dueDate, priority, labels } = theirs;
  const facts = [say.priorities[priority], dueDate && fmt.day(dueDate), ...labels].filter(Boolean);
  return (
    <div role="alert" className="bg-warn-soft grid gap-2 rounded-lg p-3">
      <p className="text-warn font-semibold">{say.conflict}</p>
      <p className="text-ink2 text-meta">{say.theirs}</p>
      <p className="break-words">
        <bdi>{description}</bdi>
      </p>
      <p className="text-ink2">{facts.join(' · ')}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{say.takeTheirs}</Button>
        <Button onClick={onKeep}>{say.keepMine}</Button>
      </div>
    </div>
  );
}
