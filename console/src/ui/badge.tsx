import type { ReactNode } from 'react';

const LOOKS = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  plain: 'bg-raised text-ink2',
};

export type State = keyof typeof LOOKS;

export function Badge({ state = 'plain', children }: { readonly state?: State; readonly children: ReactNode }) {
  return (
    <span className={`text-label inline-flex rounded-full px-2 py-px font-medium whitespace-nowrap ${LOOKS[state]}`}>
      {children}
    </span>
  );
}

/** The stone of the mark, in the colour of the worst state. */
export function Diamond({ state }: { readonly state: 'ok' | 'warn' | 'bad' }) {
  const colour = { ok: 'bg-ok', warn: 'bg-warn', bad: 'bg-bad' }[state];
  return <span aria-hidden="true" className={`size-2.5 shrink-0 rotate-45 rounded-[2px] ${colour}`} />;
}
