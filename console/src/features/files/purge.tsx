import { useId, useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { toPlain } from '#app/text/typed.ts';
import { words } from './words.ts';

interface PurgeProps {
  readonly text: string;
  /** What has to be typed: the name, or the count. */
  readonly expected: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Before what is gone for good: its name, or the count, is typed. */
export function PurgeDialog({ text, expected, action, onConfirm, onClose }: PurgeProps) {
  const say = useTexts(words);
  const id = useId();
  const [typed, setTyped] = useState('');
  const isSame = toPlain(typed.trim()) === toPlain(expected);
  return (
    <Drawer title={action} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isSame) onConfirm();
        }}
        className="grid gap-4 p-5"
      >
        <p className="[overflow-wrap:anywhere]">{text}</p>
        <div className="grid gap-1">
          <label htmlFor={id} className="text-ink2 font-medium [overflow-wrap:anywhere]">
            {say.typeName(expected)}
          </label>
          <input
            id={id}
            name="expected"
            data-first
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="control"
          />
        </div>
        <Button type="submit" look="danger" disabled={!isSame} className="justify-self-start">
          {action}
        </Button>
      </form>
    </Drawer>
  );
}
