import { AlertDialog } from 'radix-ui';
import { Button } from '#app/ui/button.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** The verb and the thing. */
  readonly action: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before what cannot be undone. Open while it is rendered. */
export function Confirm({ title, text, action, cancel, onConfirm, onCancel }: ConfirmProps) {
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="bg-shade fixed inset-0 z-[60]" />
        <AlertDialog.Content className="bg-sheet border-line fixed inset-x-4 top-[20vh] z-[70] mx-auto grid max-w-md gap-3 rounded-2xl border p-5 shadow-2xl">
          <AlertDialog.Title className="text-[15px] font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-ink2 break-words">{text}</AlertDialog.Description>
          <div className="flex flex-wrap justify-end gap-2 pt-2">
            <AlertDialog.Cancel asChild>
              <Button>{cancel}</Button>
            </AlertDialog.Cancel>
            <Button look="danger" onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
