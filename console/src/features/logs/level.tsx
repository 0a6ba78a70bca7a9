import type { LogEvent } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { words } from './words.ts';

export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const LOOKS: Readonly<Record<LogEvent['level'], readonly [IconName, string]>> = {
  trace: ['more', 'text-ink3'],
  debug: ['code', 'text-ink3'],
  info: ['info', 'text-info'],
  warn: ['warning', 'text-warn'],
  error: ['alert', 'text-bad'],
  fatal: ['fatal', 'text-bad font-semibold'],
};

/** Never by colour alone. */
export function LevelMark({ level }: { readonly level: LogEvent['level'] }) {
  return <LevelOf level={level} name={useTexts(words).levels[level]} />;
}

interface LevelOfProps {
  readonly level: LogEvent['level'];
  readonly name: string;
  readonly className?: string;
}

/** Where there are many of them: the word is given. */
export function LevelOf({ level, name, className = '' }: LevelOfProps) {
  const [icon, colour] = LOOKS[level];
  return (
    <span className={`text-meta inline-flex items-center gap-1.5 whitespace-nowrap ${colour} ${className}`}>
      <Icon name={icon} className="size-3.5" />
      {name}
    </span>
  );
}
