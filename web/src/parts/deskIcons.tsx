/* The icons that desk, gate and finance alone show. */
import { icon } from './iconsFirst';

export const PrintIcon = icon(
  <>
    <path d="M7 8V3h10v5M7 17H4V9h16v8h-3" />
    <path d="M7 14h10v7H7z" />
  </>,
);
export const CameraIcon = icon(
  <>
    <path d="M4 8h3l2-3h6l2 3h3v11H4z" />
    <circle cx="12" cy="13" r="3.5" />
  </>,
);
