/**
 * A name that no program of mail takes for an address and makes a link of: people choose it, and strangers read it. NFKC
 * turns full-width dots and slashes into those that count.
 */
export function shownInMail(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll('。', '.')
    .replaceAll(/\.(?=\S)/g, '. ')
    .replaceAll(/[/@:]/g, ' ');
}
