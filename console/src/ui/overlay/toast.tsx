import { createContext, use, useCallback, useState, type ReactNode } from 'react';

const SHOWN_MS = 10_000;

/** What takes back what was just done, such as "Undo". */
interface ToastAction {
  readonly text: string;
  readonly run: () => void;
}

type Tell = (text: string, action?: ToastAction) => void;

const Say = createContext<Tell>(() => {});

/** One message at a time, told politely and gone by itself. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<{ readonly text: string; readonly action: ToastAction | undefined } | null>(null);
  const tell = useCallback<Tell>((text, action) => {
    const next = { text, action };
    setShown(next);
    setTimeout(() => setShown((now) => (now === next ? null : now)), SHOWN_MS);
  }, []);
  const take = () => {
    shown?.action?.run();
    setShown(null);
  };
  return (
    <Say value={tell}>
      {children}
      <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-[80] flex justify-center">
        {shown && (
          <p className="border-line2 bg-raised text-ink pointer-events-auto flex items-center gap-4 rounded-lg border px-4 py-2 shadow-xl">
            {shown.text}
            {shown.action && (
              <button type="button" className="text-kashi min-h-6 font-semibold underline" onClick={take}>
                {shown.action.text}
              </button>
            )}
          </p>
        )}
      </div>
    </Say>
  );
}

export function useToast(): Tell {
  return use(Say);
}
