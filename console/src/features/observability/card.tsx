import type { ReactNode } from 'react';

interface CardProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ title, note, action, children }: CardProps) {
  return (
    <section className="border-line min-w-0 overflow-hidden rounded-xl border">
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 px-4">
        <h2 className="font-semibold">{title}</h2>
        {note && <span className="text-meta text-ink3">{note}</span>}
        {action && <span className="ms-auto">{action}</span>}
      </header>
      {children}
    </section>
  );
}

interface GridProps {
  readonly name: string;
  readonly heads: readonly string[];
  /** Key, and the cells in the order of the heads; the first names the row. */
  readonly rows: readonly (readonly [string, ...ReactNode[]])[];
}

/** A table that is wider than a phone moves sideways by itself. */
export function Grid({ name, heads, rows }: GridProps) {
  return (
    <div role="region" aria-label={name} tabIndex={0} className="max-h-[420px] overflow-auto">
      <table className="w-full">
        <thead className="text-meta text-ink2 bg-raised sticky top-0 z-10">
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-4 py-1.5 text-start font-medium whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {rows.map(([key, first, ...cells]) => (
            <tr key={key}>
              <th scope="row" className="px-4 py-1.5 text-start font-normal">
                {first}
              </th>
              {cells.map((cell, at) => (
                <td key={heads[at + 1]} className="text-ink2 px-4 py-1.5 whitespace-nowrap">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An id or path in a cell. */
export function Mono({ children }: { readonly children: string }) {
  return <bdi className="font-mono text-[12px]">{children}</bdi>;
}
