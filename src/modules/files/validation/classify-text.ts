/** What a text is, as far as it matters here; null: it is no text. */
export type TextClass = 'text' | 'xml' | 'svg' | 'html' | 'script';

// oxlint-disable-next-line no-control-regex -- these make bytes no text
const BINARY = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f]/;
const PROLOGUE = /^\ufeff?(?:\s|<!--[^]*?(?:-->|$))*/;
/** What a browser takes for a page, whatever its name: the marks of WHATWG MIME Sniffing that begin no other text. */
const PAGE =
  /^<(?:!doctype\s+html|(?:html|head|body|script|iframe|style|title|frameset|meta|object|embed|base)[\s>/])/i;
const SCRIPT = /^(?:#!|<\?php|<\?=|<%|<\?hh|#requires\s+-|@echo\s+off)/i;
const XML_DECLARATION = /^<\?xml\s[^>]*>/i;
const XML_NODE = /^(?:\s|<!--[^]*?(?:-->|$)|<\?[^]*?(?:\?>|$)|<!doctype\b(?:[^[>]|\[[^]*?(?:\]|$))*>?)+/i;

/** Judges the beginning of a file; `isWhole`: nothing follows. UTF-8, or UTF-16 with its mark. */
export function classifyText(head: Uint8Array, isWhole: boolean): TextClass | null {
  const text = decode(head, isWhole);
  if (text === null || BINARY.test(text)) return null;
  const begins = text.replace(PROLOGUE, '');
  if (SCRIPT.test(begins)) return 'script';
  if (PAGE.test(begins)) return 'html';
  if (!begins.startsWith('<')) return 'text';
  const root = begins.replace(XML_DECLARATION, '').replace(XML_NODE, '');
  if (/^<(?:\w+:)?svg[\s>/]/i.test(root)) return 'svg';
  if (PAGE.test(root) || /xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/i.test(text)) return 'html';
  return XML_DECLARATION.test(begins) || /^<!doctype/i.test(begins) ? 'xml' : 'text';
}

function decode(head: Uint8Array, isWhole: boolean): string | null {
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    // With `stream`, a character that the end of the head has cut is no fault.
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: !isWhole });
  } catch {
    return null;
  }
}
