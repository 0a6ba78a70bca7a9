import { useState, type ReactNode } from 'react';
import type { FieldValues, UseFormReturn } from 'react-hook-form';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { LeaveGuard, showProblem } from '#app/ui/form/form.tsx';
import { words } from './words.ts';

interface SaveFormProps<V extends FieldValues> {
  readonly form: UseFormReturn<V>;
  /** Its errors are shown at their fields, or above the button. */
  readonly onSave: (values: V) => Promise<void>;
  readonly action?: string;
  /** Of what cannot be undone. */
  readonly isDanger?: boolean;
  readonly onCancel?: () => void;
  /** Whether leaving loses something worth a question. Default: not. */
  readonly isGuarded?: boolean;
  /** What is not a field of the form has changed. */
  readonly isChanged?: boolean;
  readonly children: ReactNode;
}

/** Fields with their button. */
export function SaveForm<V extends FieldValues>(props: SaveFormProps<V>) {
  const { form, onSave, action, isDanger = false, onCancel, isGuarded = false, isChanged = false, children } = props;
  const say = useTexts(words);
  const [failure, setFailure] = useState<unknown>(null);
  const { isSubmitting } = form.formState;
  const isDirty = form.formState.isDirty || isChanged;
  const onSubmit = form.handleSubmit(async (values) => {
    setFailure(null);
    await onSave(values).catch((error: unknown) => {
      if (!showProblem(form, error)) setFailure(error);
    });
  });
  return (
    <form noValidate onSubmit={(event) => void onSubmit(event)} className="grid gap-3 p-4">
      {children}
      <FailureText error={failure} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look={isDanger ? 'danger' : 'primary'} disabled={isSubmitting || (isGuarded && !isDirty)}>
          {action ?? say.save}
        </Button>
        {onCancel && <Button onClick={onCancel}>{say.cancel}</Button>}
      </div>
      {isGuarded && <LeaveGuard isDirty={isDirty && !isSubmitting} />}
    </form>
  );
}
