import { useMemo } from 'react';
import { getNonce } from 'get-nonce';

interface MailFrameProps {
  /** For screen readers. */
  readonly title: string;
  /** Of a mail: it may contain anything. */
  readonly html: string;
  readonly className?: string;
}

/**
 * The HTML of a mail in an origin of its own: it runs nothing, and loads nothing from outside. Its links open a tab. Two
 * policies hold, that of this page, which the frame inherits, and its own, which is stricter.
 */
export function MailFrame({ title, html, className = 'h-[480px]' }: MailFrameProps) {
  const page = useMemo(() => toPage(html, getNonce() ?? ''), [html]);
  return (
    <iframe
      title={title}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={page}
      className={`border-line w-full rounded-lg border ${className}`}
    />
  );
}

/** Links that prepare a connection and refreshes are covered by no policy, so they are left out. */
const REMOVED = 'script, link, base, meta, iframe, frame, frameset, object, embed, style';
const STYLED = 'data-bonyan-style';
const TAG = /<[a-z][^>]*>/gi;
const STYLE = /(?<=[\s/"'])style(?=\s*=)/gi;

/** Styles of attributes become rules of one sheet with the nonce: a policy cannot permit attributes one by one. */
function toPage(html: string, nonce: string): string {
  // Renamed before they are parsed: a parser reports each attribute that the policy of its page refuses.
  const renamed = html.replaceAll(TAG, (tag) => tag.replaceAll(STYLE, STYLED));
  const page = new DOMParser().parseFromString(renamed, 'text/html');
  const sheets = [...page.querySelectorAll('style')].map(({ textContent }) => textContent);
  for (const each of page.querySelectorAll(REMOVED)) each.remove();
  const rules = [...page.querySelectorAll(`[${STYLED}], [style]`)].map((styled, at) => {
    const style = styled.getAttribute(STYLED) ?? styled.getAttribute('style') ?? '';
    styled.removeAttribute('style');
    styled.setAttribute(STYLED, String(at));
    return `${`[${STYLED}="${at}"]`.repeat(3)}{${style}}`; // above what the sheets say, as an attribute is
  });
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; form-action 'none'; base-uri 'none'`;
  const sheet = [...sheets, ...rules].join('\n').replaceAll('<', String.raw`\3c `); // no end of the element in it
  page.head.insertAdjacentHTML(
    'afterbegin',
    `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta http-equiv="x-dns-prefetch-control" content="off"><base target="_blank">`,
  );
  const style = page.createElement('style');
  style.setAttribute('nonce', nonce);
  style.textContent = sheet;
  page.head.append(style);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
