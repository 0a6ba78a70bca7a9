/** Where the bytes of an upload are until they are released. */
export function stagingKey(contentId: string): string {
  return `files/staging/${contentId}`;
}

/** Where the bytes of a blob are. */
export function contentKey(blobId: string): string {
  return `files/content/${blobId}`;
}
