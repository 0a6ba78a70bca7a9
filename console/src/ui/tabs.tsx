import type { ReactNode } from 'react';
import { Tabs as Parts } from 'radix-ui';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  /** The address keeps the tab. */
  readonly onChange: (value: T) => void;
  /** Of the chosen tab. */
  readonly children: ReactNode;
}

export function Tabs<T extends string>({ label, value, options, onChange, children }: TabsProps<T>) {
  return (
    <Parts.Root value={value} onValueChange={(next) => onChange(next as T)} className="grid content-start gap-4">
      <Parts.List aria-label={label} className="border-line flex gap-1 overflow-x-auto border-b px-5">
        {options.map(([option, text]) => (
          <Parts.Trigger
            key={option}
            value={option}
            className="text-ink2 data-[state=active]:border-kashi data-[state=active]:text-ink min-h-10 border-b-2 border-transparent px-2.5 whitespace-nowrap -outline-offset-2! data-[state=active]:font-semibold"
          >
            {text}
          </Parts.Trigger>
        ))}
      </Parts.List>
      <Parts.Content value={value} className="-outline-offset-2!">
        {children}
      </Parts.Content>
    </Parts.Root>
  );
}
