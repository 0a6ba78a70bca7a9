import { useFmt } from '#app/text/fmt.ts';

/** A number of percent, with a bar of this length. */
export function Completeness({ percent }: { readonly percent: number }) {
  const fmt = useFmt();
  return (
    <span className="inline-flex items-center gap-2">
      <svg
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="mirrored h-1.5 w-16 rounded-full"
      >
        <rect width="100" height="8" className="fill-line" />
        <rect width={percent} height="8" className="fill-kashi" />
      </svg>
      {fmt.share(percent / 100)}
    </span>
  );
}
