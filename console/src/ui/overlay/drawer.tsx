import type { ReactNode } from 'react';
import { Dialog } from 'radix-ui';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { words } from '#app/ui/words.ts';

interface DrawerProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly onKeyDown?: (event: React.KeyboardEvent) => void;
  /** For what needs more than a column of facts. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** Enters from the end of the line. Its address is its page's affair: it is open while it is rendered. */
export function Drawer({ title, onClose, onKeyDown, isWide = false, children }: DrawerProps) {
  const say = useTexts(words);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-shade fixed inset-0 z-40" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          onKeyDown={onKeyDown}
          className={`slides bg-sheet border-line fixed inset-y-0 end-0 z-50 flex w-full flex-col outline-none shadow-2xl sm:border-s ${isWide ? 'sm:w-[min(760px,92vw)]' : 'sm:w-[440px]'}`}
        >
          <div className="border-line flex min-h-14 items-center justify-between gap-3 border-b px-5">
            <Dialog.Title className="min-w-0 truncate text-[15px] font-semibold">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button look="quiet" isSquare aria-label={say.close}>
                <Icon name="close" />
              </Button>
            </Dialog.Close>
          </div>
          {/* A foot that stays in sight must not hide what has the focus. */}
          <div className="min-h-0 flex-1 scroll-pb-28 overflow-y-auto">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The field that is to be filled in, else the drawer itself, whose arrows then go to the next row. */
function focusFirst(event: Event): void {
  event.preventDefault();
  const drawer = event.currentTarget;
  if (!(drawer instanceof HTMLElement)) return;
  const field = drawer.querySelector<HTMLElement>('[data-first]');
  (field ?? drawer).focus();
}
