import { useMemo } from 'react';
import { toQrCode } from './qr.ts';

const QUIET = 4; // modules around it, as readers want

/** Dark on light in both themes: not every reader knows the other way round. Nothing where the text is too long. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const code = useMemo(() => toQrCode(text), [text]);
  if (!code) return null;
  const side = code.length + 2 * QUIET;
  const path = code.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      className="size-44 shrink-0 rounded-lg bg-[white] fill-[black]"
    >
      <path d={path.join('')} />
    </svg>
  );
}
