import { useId, type ReactNode } from 'react';

export interface Described {
  readonly id: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  /** Gets the attributes that tie the control to its label, help and error. */
  readonly children: (described: Described) => ReactNode;
}

/** Label above, help and error below, tied to the control. */
export function Field({ label, help, error, children }: FieldProps) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="grid min-w-0 grid-cols-1 gap-1">
      <label htmlFor={id} className="text-ink2 font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {help && (
        <p id={`${id}-help`} className="text-meta text-ink3">
          {help}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-meta text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
