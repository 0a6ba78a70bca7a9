import type { ReactNode } from 'react';

interface CardProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the page under its heading. */
export function Card({ title, action, children }: CardProps) {
  return (
    <section aria-label={title} className="border-line overflow-hidden rounded-xl border pb-2">
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-3 px-5 py-2">
        <h2 className="font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
