import { lazy, Suspense, useEffect, useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { words } from './words.ts';

// Most visits never open it.
const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));

const OPEN = 'bonyan:palette';
const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
export const paletteKeys = isApple ? '⌘K' : 'Ctrl K';

/** Opens the palette of the frame, wherever the caller is. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

/** The palette, once it is asked for by key or button. `onHelp` shows the list of keys. */
export function PaletteHost({ onHelp }: { readonly onHelp: () => void }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      const { ctrlKey, metaKey, altKey, shiftKey, code } = event;
      // By the place of the key: on a Persian keyboard it types another letter.
      if (code !== 'KeyK' || ctrlKey === metaKey || altKey || shiftKey) return;
      if (document.querySelector('[role=alertdialog]')) return; // which wants an answer first
      event.preventDefault();
      setOpen((before) => !before);
    };
    addEventListener(OPEN, open);
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener(OPEN, open);
      removeEventListener('keydown', onKey);
    };
  }, []);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <Palette onClose={() => setOpen(false)} onHelp={onHelp} />
    </Suspense>
  );
}

export function PaletteButton({ onOpen = () => {} }: { readonly onOpen?: () => void }) {
  const say = useTexts(words);
  const open = () => {
    onOpen();
    openPalette();
  };
  return (
    <button
      type="button"
      onClick={open}
      className="border-line2 bg-sheet text-ink3 hover:text-ink flex min-h-8 w-full items-center gap-2.5 rounded-lg border px-2.5"
    >
      <Icon name="search" />
      <span className="min-w-0 flex-1 truncate text-start">{say.open}</span>
      <kbd dir="ltr" className="border-line2 text-label rounded border px-1 font-sans">
        {paletteKeys}
      </kbd>
    </button>
  );
}
