import { Parser, type Handler } from 'htmlparser2';

const ACTIVE = new Set([
  'script',
  'foreignobject',
  'iframe',
  'embed',
  'object',
  'handler',
  'listener',
  'audio',
  'video',
]);
const ADDRESS = /^(?:href|src|.*:href|to|from|values|by)$/;
const HARMLESS = /^\s*(?:#|data:image\/(?:png|jpe?g|gif|webp)[;,])/i;
/** What a browser ignores within a scheme. */
// oxlint-disable-next-line no-control-regex -- these are ignored
const IGNORED = /[\u0000-\u0020]/g;

/** More than drawings have that people make; a parser on the main thread must not need memory or time without end. */
const MAX_BYTES = 5 * 1024 * 1024;
const MAX_ATTRIBUTES = 1000; // of one tag
const MAX_NAME_LENGTH = 1000; // of a tag or an attribute
const MAX_DEPTH = 256;

export type SvgRefusal = 'svg_script' | 'svg_limits';

class Refused extends Error {
  readonly refusal: SvgRefusal;

  constructor(refusal: SvgRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * Why a picture is refused: it can run something (scripts, handlers of events, other documents, or entities that stand for
 * them), or it is larger than drawings are. Reading stops there.
 */
export async function inspectSvg(content: AsyncIterable<Buffer>): Promise<SvgRefusal | null> {
  const parser = new Parser(createGuard(), {
    xmlMode: true,
    lowerCaseTags: true,
    lowerCaseAttributeNames: true,
    decodeEntities: true,
  });
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.byteLength;
      refuseIf(bytes > MAX_BYTES, 'svg_limits');
      parser.write(utf8.decode(chunk, { stream: true }));
    }
    parser.end();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    if (error instanceof TypeError) return 'svg_script'; // not UTF-8: what a reader would make of it is not known
    throw error;
  }
  return null;
}

function createGuard(): Partial<Handler> {
  let depth = 0;
  let attributes = 0;
  return {
    onopentagname(name) {
      depth += 1;
      attributes = 0;
      refuseIf(depth > MAX_DEPTH || name.length > MAX_NAME_LENGTH, 'svg_limits');
      refuseIf(ACTIVE.has(localName(name)), 'svg_script');
    },
    onattribute(name, value) {
      attributes += 1;
      refuseIf(attributes > MAX_ATTRIBUTES || name.length > MAX_NAME_LENGTH, 'svg_limits');
      refuseIf(isActiveAttribute(name, value), 'svg_script');
    },
    onclosetag() {
      depth -= 1;
    },
    onprocessinginstruction(name, data) {
      const isActive = /^!doctype/i.test(name) ? /\[|entity/i.test(data) : name.toLowerCase() === '?xml-stylesheet';
      refuseIf(isActive, 'svg_script');
    },
  };
}

function refuseIf(isBroken: boolean, refusal: SvgRefusal): void {
  if (isBroken) throw new Refused(refusal);
}

function isActiveAttribute(name: string, value: string): boolean {
  const local = localName(name);
  if (local.startsWith('on')) return true;
  if (name === 'attributename' && /^(?:on|href|xlink:href)/i.test(value.trim())) return true;
  if (local === 'style' && /javascript:|expression\s*\(|@import/i.test(value)) return true;
  if (!ADDRESS.test(name) || HARMLESS.test(value)) return false;
  return /^(?:javascript|vbscript|data):/i.test(value.replace(IGNORED, ''));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
