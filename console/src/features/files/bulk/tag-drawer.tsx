import { useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { words } from '../words.ts';

interface TagDrawerProps {
  readonly title: string;
  readonly onTag: (tag: string) => void;
  readonly onClose: () => void;
}

export function TagDrawer({ title, onTag, onClose }: TagDrawerProps) {
  const say = useTexts(words);
  const [tag, setTag] = useState('');
  return (
    <Drawer title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (tag.trim() !== '') onTag(tag.trim());
        }}
        className="grid gap-4 p-5"
      >
        <label className="text-ink2 grid gap-1 font-medium">
          {say.tagName}
          <input
            name="tag"
            data-first
            dir="auto"
            maxLength={50}
            value={tag}
            onChange={({ target }) => setTag(target.value)}
            className="control text-ink font-normal"
          />
        </label>
        <Button type="submit" look="primary" disabled={tag.trim() === ''} className="justify-self-start">
          {title}
        </Button>
      </form>
    </Drawer>
  );
}
