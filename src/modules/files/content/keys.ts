/** Where the bytes of an upload are until they are released. */
export function stagingKey(contentId: string): string {
  return `files/staging/${contentId}`;
}

/** Where some bytes of an upload are that arrives by several requests. */
export function partKey(partId: string): string {
  return `files/parts/${partId}`;
}

/** Where a client sends the bytes of an upload to, without passing this program. Nothing is served from there. */
export function presignedKey(uploadId: string): string {
  return `files/presigned/${uploadId}`;
}

/** Where the bytes of a blob are. */
export function contentKey(blobId: string): string {
  return `files/content/${blobId}`;
}
