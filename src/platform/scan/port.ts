/**
 * Scans bytes for malware. Only `clean` means that a scanner has read every byte and found nothing. Failures of the
 * scanner are thrown, so that none of them can be mistaken for a verdict. Every implementation that scans passes the
 * conformance suite `testing/conformance/scan.ts`.
 */
export interface ScanPort {
  /** Reads `source` as far as necessary and closes it. Rejects when the scanner or the source fails. */
  scan(source: AsyncIterable<Uint8Array>): Promise<ScanVerdict>;
}

export type ScanVerdict =
  | { readonly verdict: 'clean' }
  | { readonly verdict: 'infected'; readonly signature: string }
  /** Cannot be scanned completely: too many bytes, too deeply nested, or encrypted. Retrying does not help. */
  | { readonly verdict: 'unscannable'; readonly reason: 'too_large' | 'limits' | 'encrypted' }
  /** There is no scanner. */
  | { readonly verdict: 'unscanned' };
