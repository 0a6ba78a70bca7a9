import { toPlain } from '#app/text/typed.ts';

/** What a reader looks for in a mail: codes of 6 to 8 digits, and addresses of the web, each once. */
export function findIn(text: string): { readonly codes: readonly string[]; readonly links: readonly string[] } {
  const links = text.match(/https?:\/\/[^\s<>"')\]]+/g) ?? [];
  const withoutLinks = links.reduce((rest, link) => rest.replaceAll(link, ' '), text);
  const codes = toPlain(withoutLinks).match(/(?<![\d+.-])\d{6,8}(?![\d.-])/g) ?? [];
  return { codes: [...new Set(codes)], links: [...new Set(links)] };
}

/** The key in the link that the server has printed, or the key itself. */
export function toKey(pasted: string): string {
  const text = pasted.trim();
  return (URL.canParse(text) && new URL(text).searchParams.get('key')) || text;
}
