/* The icons that a first page does not show; the others, and how they are drawn, are in iconsFirst.tsx. */
import { icon } from './iconsFirst';

export * from './iconsFirst';

export const ShareIcon = icon(
  <>
    <circle cx="18" cy="5" r="2.5" />
    <circle cx="6" cy="12" r="2.5" />
    <circle cx="18" cy="19" r="2.5" />
    <path d="M8.200 10.800l7.600-4.400M8.200 13.200l7.600 4.400" />
  </>,
);
export const MenuIcon = icon(<path d="M4 5h11M4 10h16M4 15h8M4 20h12" />);
export const ListIcon = icon(
  <>
    <path d="M6 3h12v18l-3-2-3 2-3-2-3 2z" />
    <path d="M9.5 8h5M9.5 12h5" />
  </>,
);
export const BillIcon = icon(
  <>
    <rect x="3" y="6" width="18" height="12" rx="2" />
    <circle cx="12" cy="12" r="2.5" />
    <path d="M6.5 9.5v0M17.5 14.5v0" />
  </>,
);
export const BellIcon = icon(
  <>
    <path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z" />
    <path d="M10 21h4" />
  </>,
);
export const BellOffIcon = icon(<path d="M6 16V11a6 6 0 0 1 9.5-4.9M18 11v5M4.5 18H18M10 21h4M4 3l17 18" />);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.2" />
    <path d="M3 20a6 6 0 0 1 12 0M16 5.2a3.2 3.2 0 0 1 0 5.6M18 14.5a6 6 0 0 1 3 5.5" />
  </>,
);
export const UndoIcon = icon(<path d="M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3" />);
export const MoreIcon = icon(<path d="M5 12v0M12 12v0M19 12v0" strokeWidth={3.5} />);
export const CheckIcon = icon(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const HandIcon = icon(<path d="M8 13V6.5a1.5 1.5 0 0 1 3 0V11V4.5a1.5 1.5 0 0 1 3 0V11V6.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6c-3 0-4.5-1.5-6-4.5L4 13.5a1.5 1.5 0 0 1 2.600-1.5z" />);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </>,
);
export const OffIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M6.200 6.200l11.600 11.600" />
  </>,
);
export const ExitIcon = icon(<path d="M14 4H6v16h8M10 12h11M17 8l4 4-4 4" />);
export const QrIcon = icon(
  <>
    <rect x="4" y="4" width="6" height="6" rx="1" />
    <rect x="14" y="4" width="6" height="6" rx="1" />
    <rect x="4" y="14" width="6" height="6" rx="1" />
    <path d="M14 14h2.5v2.5M20 14v0M20 17v3h-3M14 20v0" />
  </>,
);
export const AlertIcon = icon(
  <>
    <path d="M12 4l9 16H3z" />
    <path d="M12 10v4.500M12 17.500v0" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5a7.5 7.5 0 0 1 15 0" />
  </>,
);
