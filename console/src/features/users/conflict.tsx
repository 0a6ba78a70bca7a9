import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { words } from './words.ts';

interface ConflictProps {
  /** The version of the server, in words. */
  readonly theirs: string;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}

/** Somebody else was faster: what they saved, below the form with what was typed. */
export function Conflict({ theirs, onTake, onKeep }: ConflictProps) {
  const say = useTexts(words);
  return (
    <div role="alert" className="bg-warn-soft grid gap-2 rounded-lg p-3">
      <p className="text-warn font-semibold">{say.conflict}</p>
      <p className="break-words">
        {say.theirs} <bdi>{theirs}</bdi>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{say.takeTheirs}</Button>
        <Button onClick={onKeep}>{say.keepMine}</Button>
      </div>
    </div>
  );
}
