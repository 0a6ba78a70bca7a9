/** `Content-Disposition` with a name in any script (RFC 6266), and one in ASCII for old programs. */
export function toDisposition(kind: 'attachment' | 'inline', fileName: string): string {
  const ascii = fileName.normalize('NFD').replace(/[^ !#$&+\-.0-9A-Z^_`a-z{|}~()[\],;=@']/g, '_');
  // RFC 8187, 3.2.1: what `encodeURIComponent` leaves, without `*`, `'`, `(` and `)`.
  const encoded = encodeURIComponent(fileName).replace(
    /[*'()]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
