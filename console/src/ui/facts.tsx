import type { ReactNode } from 'react';

/** What is known of one thing: names and values, one line each. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="divide-line divide-y px-5">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[112px_1fr] items-center gap-3 py-2.5">
      <dt className="text-ink3">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** A part of a drawer or page, under its heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2 className="text-ink2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
