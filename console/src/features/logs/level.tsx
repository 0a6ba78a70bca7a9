import type { LogEvent } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { words } from './words.ts';

export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const LOOKS: Readonly<Record<LogEvent['level'], readonly [IconName, string]>> = {
  trace: ['more', 'text-ink3'],
  debug: ['system', 'text-ink3'],
  info: ['info', 'text-info'],
  warn: ['warning', 'text-warn'],
  error: ['alert', 'text-bad'],
  fatal: ['fatal', 'text-bad font-semibold'],
};

/** Never by colour alone. */
export function LevelMark({ level, size }: Pick<LevelOfProps, 'level' | 'size'>) {
  return <LevelOf level={level} name={useTexts(words).levels[level]} size={size} />;
}

interface LevelOfProps {
  readonly level: LogEvent['level'];
  readonly name: string;
  /** Of the text. Default: small. */
  readonly size?: string | undefined;
  readonly className?: string;
}

/** Where there are many of them: the word is given. */
export function LevelOf({ level, name, size = 'text-meta', className = '' }: LevelOfProps) {
  const [icon, colour] = LOOKS[level];
  return (
    <span className={`inline-flex items-center gap-1.5 align-bottom whitespace-nowrap ${size} ${colour} ${className}`}>
      <Icon name={icon} className="size-3.5" />
      {name}
    </span>
  );
}
