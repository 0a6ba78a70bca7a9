/** Of one name, as file systems have it. */
const MAX_BYTES = 255;

/**
 * Paths in one archive: folders of the files, and names that no other file or folder has, on systems too that ignore case.
 * Of a file and a folder with one name, the later gets a number.
 */
export function createPaths() {
  const taken = new Set<string>();
  const folders = new Map<string, string>();

  function take(within: string, name: string): string {
    const toPath = (each: string) => (within === '' ? each : `${within}/${each}`);
    let path = toPath(name);
    for (let n = 2; taken.has(keyOf(path)); n++) path = toPath(numbered(name, n));
    taken.add(keyOf(path));
    return path;
  }

  /** Spellings of one name are one folder. */
  function enter(within: string, name: string): string {
    const key = keyOf(`${within}/${name}`);
    const path = folders.get(key) ?? take(within, name);
    folders.set(key, path);
    return path;
  }

  return (folder: string | null, fileName: string): string => {
    const names = (folder ?? '').split('/').map(toSafe);
    const within = names.filter((name) => name !== '').reduce(enter, '');
    return take(within, toSafe(fileName) || '_');
  };
}

function keyOf(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

/** Stored names have none of this; a name here must be safe also if the rules of names change. */
function toSafe(name: string): string {
  const plain = name.replace(/[/\\:<>"|?*\p{Cc}]/gu, '_');
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
