import type { ReactNode } from 'react';
import { Popover as Parts } from 'radix-ui';

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** A few fields beside their button. */
export function Popover({ trigger, label, isOpen, onOpen, children }: PopoverProps) {
  return (
    <Parts.Root open={isOpen} onOpenChange={onOpen}>
      <Parts.Trigger asChild>{trigger}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          aria-label={label}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="bg-sheet border-line z-50 w-72 max-w-[calc(100vw-16px)] rounded-xl border p-4 shadow-xl outline-none"
        >
          {children}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
