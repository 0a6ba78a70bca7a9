/**
 * Asks whether bytes are malicious. Only `clean` means that a scanner read every byte and found nothing;
 * everything it could not say so of is another verdict, and a scanner in trouble is thrown, so that no fault can
 * let bytes pass. Every implementation that scans passes `conformance.ts`.
 */
export interface ScanPort {
  /** Reads `source` as far as the verdict needs it and closes it. Trouble of scanner or source is thrown. */
  scan(source: AsyncIterable<Uint8Array>): Promise<ScanVerdict>;
}

export type ScanVerdict =
  | { readonly verdict: 'clean' }
  | { readonly verdict: 'infected'; readonly signature: string }
  /** Not read whole, and it never will be: more bytes or nesting than the scanner takes, or encrypted. */
  | { readonly verdict: 'unscannable'; readonly reason: 'too_large' | 'limits' | 'encrypted' }
  /** There is no scanner. */
  | { readonly verdict: 'unscanned' };
