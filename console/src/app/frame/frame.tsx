import { lazy, Suspense, useState } from 'react';
import { Outlet } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { DockProvider } from '#app/dock/dock.tsx';
import { Dock } from '#app/dock/view.tsx';
import { PaletteHost } from '#app/palette/opener.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Header } from './header.tsx';
import { KeyList } from './key-list.tsx';
import { useGlobalKeys } from './keys.ts';
import { isOperator } from '../pages.ts';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';
import { words } from '../words.ts';

const ResumeExports = lazy(async () => ({
  default: (await import('#app/features/exports/resume.tsx')).ResumeExports,
}));

/**
 * Sidebar, sheet, header, and the page in it; long work goes on below whatever page is open. Who operates nothing has a bar
 * at the top in place of the sidebar.
 */
export function Frame() {
  return (
    <DockProvider>
      <Sheet />
      <Suspense fallback={null}>
        <ResumeExports />
      </Suspense>
    </DockProvider>
  );
}

function Sheet() {
  const say = useTexts(words);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [areKeysShown, setKeysShown] = useState(false);
  const [hasKeys, toggleKeys] = useGlobalKeys(() => setKeysShown(true));
  const isWhole = isOperator(useMe().can);
  const account = { onKeys: () => setKeysShown(true), hasKeys, onToggleKeys: toggleKeys };
  return (
    <div className={`min-h-dvh ${isWhole ? 'lg:grid lg:grid-cols-[228px_1fr]' : 'lg:grid lg:ps-2'}`}>
      <a
        href="#content"
        className="bg-kashi text-onkashi sr-only rounded-lg px-3 py-2 focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-50"
      >
        {say.skip}
      </a>
      {isWhole && (
        <aside className="sticky top-0 hidden h-dvh overflow-y-auto lg:block">
          <Sidebar />
        </aside>
      )}
      {isMenuOpen && <MenuDrawer onClose={() => setMenuOpen(false)} />}
      <div className="min-w-0 lg:py-2 lg:pe-2">
        <div className="bg-sheet lg:border-line flex min-h-dvh flex-col lg:min-h-full lg:rounded-2xl lg:border">
          {isWhole ? <Header {...account} onMenu={() => setMenuOpen(true)} /> : <TopBar {...account} />}
          <main id="content" tabIndex={-1} className="grid flex-1 content-start gap-4 p-4 outline-none sm:p-5">
            <Outlet />
          </main>
          <Dock />
        </div>
      </div>
      <PaletteHost onHelp={() => setKeysShown(true)} />
      {areKeysShown && <KeyList onClose={() => setKeysShown(false)} />}
    </div>
  );
}

function MenuDrawer({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-shade fixed inset-0 z-40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="bg-ground fixed inset-y-0 start-0 z-50 w-64 overflow-y-auto shadow-2xl"
        >
          <Dialog.Title className="sr-only">{say.pages}</Dialog.Title>
          <Sidebar onGo={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
