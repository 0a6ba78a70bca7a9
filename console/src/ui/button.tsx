import type { ButtonHTMLAttributes } from 'react';

const LOOKS = {
  primary: 'bg-kashi text-onkashi border-transparent font-semibold hover:opacity-90',
  plain: 'bg-sheet text-ink border-line2 hover:bg-raised',
  quiet: 'text-ink2 border-transparent hover:bg-raised hover:text-ink',
  danger: 'bg-sheet text-bad border-line2 hover:bg-bad-soft',
};

export type ButtonLook = keyof typeof LOOKS;

export function buttonClass(look: ButtonLook = 'plain', isSquare = false): string {
  return `inline-flex min-h-8 items-center justify-center gap-2 rounded-lg border whitespace-nowrap transition-colors duration-[120ms] disabled:opacity-60 ${isSquare ? 'w-8' : 'px-3'} ${LOOKS[look]}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  /** Only an icon: needs `aria-label`. */
  readonly isSquare?: boolean;
}

export function Button({ look = 'plain', isSquare = false, className = '', ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={`${buttonClass(look, isSquare)} ${className}`} />;
}
