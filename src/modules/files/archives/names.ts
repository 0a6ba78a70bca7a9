/** Of one name, as file systems have it. */
const MAX_BYTES = 255;

/** Paths in one archive: folders of the files, and names that no other has, on systems too that ignore case. */
export function createPaths() {
  const taken = new Set<string>();

  return (folder: string | null, fileName: string): string => {
    const folders = (folder ?? '').split('/').map(toSafe);
    const within = folders.filter((name) => name !== '').join('/');
    const toPath = (name: string) => (within === '' ? name : `${within}/${name}`);
    const name = toSafe(fileName) || '_';
    let path = toPath(name);
    for (let n = 2; taken.has(keyOf(path)); n++) path = toPath(numbered(name, n));
    taken.add(keyOf(path));
    return path;
  };
}

function keyOf(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

/** Stored names have none of this; a name here must be safe also if the rules of names change. */
function toSafe(name: string): string {
  const plain = name.replace(/[/\\:\p{Cc}]/gu, '_');
  return /^\.+$/.test(plain) ? '_' : plain;
}

/** The number goes before the extension. */
function numbered(name: string, n: number): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  const suffix = ` (${n})${extension}`;
  let characters = Array.from(stem);
  while (characters.length > 0 && Buffer.byteLength(characters.join('') + suffix) > MAX_BYTES)
    characters = characters.slice(0, -1);
  return characters.join('') + suffix;
}
