import { Link } from '@tanstack/react-router';
import { useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import type { Worst } from './attention.ts';
import { Bricks } from './bricks.tsx';
import { words } from './words.ts';

export interface TileProps {
  readonly icon: IconName;
  readonly title: string;
  readonly figure: string;
  readonly unit: string;
  readonly isFine: boolean;
  /** Null: nothing alerts about it, so its day is not known. */
  readonly bricks: readonly Worst[] | null;
  readonly to: '/messages' | '/observability';
  readonly search: Readonly<Record<string, string>>;
}

/** A figure, its unit, whether it is as it should be, and how its day was. One click shows more. */
export function Tile({ icon, title, figure, unit, isFine, bricks, to, search }: TileProps) {
  const say = useTexts(words);
  return (
    <li className="bg-sheet hover:bg-raised relative grid gap-1 px-4 py-3">
      <p className="text-meta text-ink2 flex items-center justify-between gap-2">
        <Link to={to} search={search} className="flex min-w-0 items-center gap-2 after:absolute after:inset-0">
          <Icon name={icon} className="text-ink3" />
          <span className="truncate">{title}</span>
        </Link>
        <span
          className={`text-label flex items-center gap-1 font-medium whitespace-nowrap ${isFine ? 'text-ok' : 'text-warn'}`}
        >
          <Icon name={isFine ? 'check' : 'warning'} className="size-3.5" />
          {isFine ? say.fine : say.attention}
        </span>
      </p>
      <p className="text-ink3 truncate">
        <span className="text-ink text-figure font-semibold">{figure}</span> <span className="text-meta">{unit}</span>
      </p>
      {bricks ? <Bricks name={title} bricks={bricks} /> : <span className="h-3" />}
    </li>
  );
}
