import { useNavigate } from '@tanstack/react-router';
import type { FilesSearch } from './search.ts';

/** Changes what the address says, in the same folder. */
export function useGo() {
  const navigate = useNavigate();
  return (change: (before: FilesSearch) => FilesSearch, { replace = false } = {}): void =>
    void navigate({ to: '.', search: (before: object) => change(before as FilesSearch), replace });
}
