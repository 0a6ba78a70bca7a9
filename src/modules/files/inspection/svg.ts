import { Parser } from 'htmlparser2';

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

/** Whether a picture can run something: scripts, handlers of events, other documents, or entities that stand for them. */
export async function findScript(content: AsyncIterable<Buffer>): Promise<boolean> {
  let isActive = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        isActive ||= ACTIVE.has(localName(name)) || Object.entries(attributes).some(isActiveAttribute);
      },
      onprocessinginstruction(name, data) {
        isActive ||= /^!doctype/i.test(name) ? /\[|entity/i.test(data) : name.toLowerCase() === '?xml-stylesheet';
      },
    },
    { xmlMode: true, lowerCaseTags: true, lowerCaseAttributeNames: true, decodeEntities: true },
  );
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of content) {
      parser.write(utf8.decode(chunk, { stream: true }));
      if (isActive) return true;
    }
  } catch (error) {
    if (error instanceof TypeError) return true; // not UTF-8: what a reader would make of it is not known
    throw error;
  }
  parser.end();
  return isActive;
}

function isActiveAttribute([name, value]: [string, string]): boolean {
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
