import { lazy, Suspense, useEffect, useState } from 'react';
import { onStepUp } from './client.ts';
import type { StepUpMethod } from './proofs.ts';

const Dialog = lazy(() => import('./step-up-dialog.tsx'));

interface Asked {
  readonly methods: readonly StepUpMethod[];
  readonly answer: (isProved: boolean) => void;
}

/** The dialog that any refused call opens. It is loaded when it is first needed. */
export function StepUp() {
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => onStepUp((methods) => new Promise<boolean>((answer) => setAsked({ methods, answer }))), []);
  if (!asked) return null;
  const finish = (isProved: boolean) => {
    setAsked(null);
    asked.answer(isProved);
  };
  return (
    <Suspense fallback={null}>
      <Dialog methods={asked.methods} onDone={finish} />
    </Suspense>
  );
}
