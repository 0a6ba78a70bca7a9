import type { ReactNode } from 'react';

/** Drawn on 24 × 24 with lines of 1.75; those with a direction are mirrored by their user (`mirrored`). */
const paths = {
  overview: <path d="M4 4h7v9H4zM15 4h5v5h-5zM15 13h5v7h-5zM4 17h7v3H4z" />,
  todos: <path d="m3.5 6 1.7 1.7L8.5 4.5M3.5 14l1.7 1.7 3.3-3.2M12 6.5h8.5M12 14.5h8.5M12 20h8.5" />,
  users: (
    <path d="M3 20v-1.5A4.5 4.5 0 0 1 7.500 14h3A4.500 4.500 0 0 1 15 18.500V20M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM16 4.300a3.500 3.500 0 0 1 0 6.500M18 14.400a4.500 4.500 0 0 1 3 4.200V20" />
  ),
  roles: <path d="M12.500 11.500 20 4m-2.500 2.500 2.500 2.500m-5 0 2 2M9 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z" />,
  organisations: <path d="M4 20V5h9v15M13 10h7v10M2.500 20h19M7 9h3M7 13h3M7 17h3M16 14h1.500M16 17h1.500" />,
  files: <path d="M4 18V6h5l2 2.500h9V18ZM4 11.500h16" />,
  folder: <path d="M4 18.500V5.500h5.500l2 2.500H20v10.500Z" />,
  file: <path d="M6.500 3.500h7l4 4v13h-11ZM13 3.500V8h4.500" />,
  calendar: <path d="M4 6h16v14H4zM4 10.500h16M8.500 3.500V7M15.500 3.500V7" />,
  scheduler: (
    <path d="M20 11V6H4v14h7M4 10.500h16M8.500 3.500V7M15.500 3.500V7M17 22a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9Zm0-6.500v2.200l1.500.9" />
  ),
  profile: (
    <path d="M4 4h16v16H4zM12 12.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM7 20c0-2.800 2-4.500 5-4.500s5 1.700 5 4.500" />
  ),
  bell: <path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15L6 16.500ZM10 20.500h4" />,
  mail: <path d="M3.500 6h17v12.500h-17zM4 6.500l8 6.500 8-6.500" />,
  search: <path d="M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9.500 2.500L16 16" />,
  plus: <path d="M12 5v14M5 12h14" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  check: <path d="m5 12.500 4.500 4.500L19 7" />,
  warning: <path d="M12 4 2.800 20h18.400L12 4Zm0 6v4.500m0 2.700v.1" />,
  menu: <path d="M4 6.500h16M4 12h16M4 17.500h16" />,
  chevron: <path d="m9.500 6 6 6-6 6" />,
  language: (
    <path d="M4 6h10M9 4v2c0 4-2 7.500-5 9.500M6.500 10c1 2.500 3 4.300 5.500 5.500M12 20.500l4.500-10 4.500 10M13.600 17h5.800" />
  ),
  system: <path d="M4 5h16v11H4zM9 20h6M12 16v4" />,
  light: (
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.500v2M12 19.500v2M4.500 12h-2M21.500 12h-2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400" />
  ),
  dark: <path d="M20 14.500A8.300 8.300 0 0 1 9.500 4 8.300 8.300 0 1 0 20 14.500Z" />,
  columns: <path d="M4 5h16v14H4zM10 5v14M15 5v14" />,
  code: <path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5" />,
  more: <path strokeWidth="3" d="M5 12h.01M12 12h.01M19 12h.01" />,
  download: <path d="M4 17v3h16v-3M12 4v11m-4-4 4 4 4-4" />,
  upload: <path d="M4 17v3h16v-3M12 15V4m-4 4 4-4 4 4" />,
  external: <path d="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9" />,
  play: <path d="M7 5v14l12-7z" />,
  pause: <path d="M8 5v14M16 5v14" />,
  replay: <path d="M5 12a7 7 0 1 0 2-5l-3 3V4" />,
  bookmark: <path d="M6 4h12v16l-6-4-6 4z" />,
  copy: <path d="M9 9h11v11H9zM5 15H4V4h11v1" />,
  trash: <path d="M4 6.500h16M9 6V4h6v2M6.500 6.500 7.500 20h9l1-13.500M10 10.500v6M14 10.500v6" />,
  requests: <path d="M3 12h4l3-8 4 16 3-8h4" />,
  outbox: <path d="M4 13v6h16v-6M12 15V4m-4 4 4-4 4 4" />,
  messages: <path d="M4 8h14m-4-4 4 4-4 4M20 16H6m4-4-4 4 4 4" />,
  webhook: (
    <path d="M12 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM5 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM19 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10.600 7.600 6.500 15.400M13.400 7.600l4.100 7.800M8 18h8" />
  ),
  arrow: <path d="M5 12h14m-5-5 5 5-5 5" />,
  inbox: <path d="M4 13v6h16v-6M12 4v11m-4-4 4 4 4-4" />,
  work: <path d="M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v4l3 2" />,
  database: (
    <path d="M5 6v12c0 1.700 3.100 3 7 3s7-1.300 7-3V6M5 6c0 1.700 3.100 3 7 3s7-1.300 7-3-3.100-3-7-3-7 1.300-7 3Zm0 6c0 1.700 3.100 3 7 3s7-1.300 7-3" />
  ),
  filter: <path d="M4 5.500h16l-6 7V19l-4-2v-4.500z" />,
  audit: <path d="M6 3.500h9l4 4v13H6zM14.500 3.500V8H19M9 12.500h7M9 16h7" />,
  integrity: (
    <path d="M12 3 5 6v5.500c0 4.400 2.900 7.900 7 9.500 4.100-1.600 7-5.100 7-9.500V6zM9 11.800l2.200 2.200L15.200 10" />
  ),
  settings: (
    <path d="M4 7h8M16.500 7H20M4 17h3.500M12 17h8M14.250 9.250a2.250 2.250 0 1 0 0-4.500 2.250 2.250 0 0 0 0 4.500ZM9.750 19.250a2.250 2.250 0 1 0 0-4.500 2.250 2.250 0 0 0 0 4.500Z" />
  ),
  incident: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-13.500V13m0 3.200v.1" />,
  trace: <path d="M4 6h9M8 12h9M13 18h7" />,
  logs: <path d="M5 4h14v16H5zM8.500 8.500h7M8.500 12h7M8.500 15.500h4" />,
  incidents: <path d="M6.500 18v-6a5.500 5.500 0 0 1 11 0v6M4 20h16M12 3V1.800M4.500 6 3.600 5.100M19.500 6l.9-.9" />,
  info: <path d="M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-9v5m0-7.500v-.1" />,
  alert: <path d="M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v5m0 2.700v.1" />,
  fatal: <path d="M8.500 3.500h7l5 5v7l-5 5h-7l-5-5v-7zM9 9l6 6M15 9l-6 6" />,
  only: <path d="M4 6h16l-6 7v6l-4-2v-4z" />,
  not: <path d="M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM6.500 6.500l11 11" />,
  down: <path d="M12 5v14m-6-6 6 6 6-6" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={`size-4 shrink-0 fill-none stroke-current ${className}`}
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {paths[name]}
    </svg>
  );
}
