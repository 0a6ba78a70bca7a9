import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Attributes whose value a reader's program follows, loads or shows as a page. */
const ADDRESSES = new Set([
  'href',
  'xlink:href',
  'src',
  'srcdoc',
  'action',
  'formaction',
  'background',
  'poster',
  'data',
]);
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const ALLOWED = new Set(['http', 'https', 'mailto', 'tel', 'cid']);
const IMAGE = /^data:image\/(png|jpeg|gif|webp);/i;

const ignore = () => {};
const nothing: TokenizerCallbacks = {
  onattribdata: ignore,
  onattribentity: ignore,
  onattribend: ignore,
  onattribname: ignore,
  oncdata: ignore,
  onclosetag: ignore,
  oncomment: ignore,
  ondeclaration: ignore,
  onend: ignore,
  onopentagend: ignore,
  onopentagname: ignore,
  onprocessinginstruction: ignore,
  onselfclosingtag: ignore,
  ontext: ignore,
  ontextentity: ignore,
};

/**
 * HTML in which no address has a scheme that runs a program, such as `javascript:`: a variable may be what somebody typed.
 * Such an address becomes `#`; everything else stays as it is, letter by letter.
 */
export function withSafeLinks(html: string): string {
  const safe: string[] = [];
  let done = 0;
  let attribute = { name: '', end: 0, value: '' };
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ...nothing,
      onattribname: (from, to) => (attribute = { name: html.slice(from, to).toLowerCase(), end: to, value: '' }),
      onattribdata: (from, to) => (attribute.value += html.slice(from, to)),
      onattribentity: (code) => (attribute.value += String.fromCodePoint(code)),
      onattribend(_, to) {
        const { name, end: from, value } = attribute;
        if (!ADDRESSES.has(name) || isSafe(value)) return;
        safe.push(html.slice(done, from), '="#"');
        done = to;
      },
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return safe.join('') + html.slice(done);
}

function isSafe(value: string): boolean {
  const address = value.replace(/[\0- ]/g, ''); // as browsers read it
  const scheme = SCHEME.exec(address)?.[1];
  if (/[<>]/.test(address)) return false; // a page in the place of an address
  return scheme === undefined || ALLOWED.has(scheme.toLowerCase()) || IMAGE.test(address);
}
