/** Stroke paths on a 24 × 24 grid, drawn for Octavia. */
export const ICONS = {
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4M16 14.3h4',
  captions: 'M3.5 6h17v12h-17zM7 11h4M13 11h4M7 14.5h6M15 14.5h2',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8 5.5v13M16 5.5v13',
  stop: 'M6.5 6.5h11v11h-11z',
  download: 'M12 4v11M7.5 11l4.5 4.5L16.5 11M5 19.5h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warn: 'M12 4.5l8.5 15h-17zM12 10v4.5M12 17v.4',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  lock: 'M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  sun: 'M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6M12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M5.5 18.5l1.4-1.4M17.1 6.9l1.4-1.4',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z',
  volume: 'M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.6 7.6 0 0 1 0 11',
  muted: 'M4 9.5h3.5L12 5.5v13l-4.5-4H4zM16 9.5l5 5M21 9.5l-5 5',
  fullscreen: 'M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15',
  again: 'M19 12a7 7 0 1 1-2.2-5.1M19.2 3.8v3.9h-3.9',
  cloud: 'M7.5 18.5a4 4 0 0 1-.6-7.95 5.2 5.2 0 0 1 10-1.1 4.5 4.5 0 0 1 .1 9.05z',
  up: 'M12 20V9M7.5 13l4.5-4.5 4.5 4.5M5 4.5h14',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7',
  plus: 'M12 5v14M5 12h14',
  doc: 'M6.5 3.5h7.5l3.5 3.5v13.5h-11zM9.5 11h5M9.5 14.5h5',
} as const;

export type IconName = keyof typeof ICONS;
