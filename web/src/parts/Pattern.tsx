/* A drawn pattern in the house's hue, where there is no picture: tiles as from a kitchen wall. The same thing always has the same one. */
import classes from './Pattern.module.css';

/* FNV-1a: small, and spreads names that differ in a letter. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

/* Motifs in a square of 24; each repeats without a seam. */
const MOTIFS = [
  <path key="arcs" d="M0 24a12 12 0 0 1 24 0M0 12a12 12 0 0 1 24 0M-12 24a12 12 0 0 1 24 0M12 24a12 12 0 0 1 24 0M-12 12a12 12 0 0 1 24 0M12 12a12 12 0 0 1 24 0" />,
  <path key="leaves" d="M12 0c6 4 6 8 0 12c-6-4-6-8 0-12zM0 12c6 4 6 8 0 12c-6-4-6-8 0-12zM24 12c6 4 6 8 0 12c-6-4-6-8 0-12z" />,
  <path key="stars" d="M12 3l9 9l-9 9l-9-9zM12 8l4 4l-4 4l-4-4zM0 0l4 0M20 0h4M0 24h4M20 24h4M0 0v4M24 0v4M0 20v4M24 20v4" />,
  <path key="waves" d="M0 6c4-5 8-5 12 0s8 5 12 0M0 14c4-5 8-5 12 0s8 5 12 0M0 22c4-5 8-5 12 0s8 5 12 0" />,
  <path key="seeds" d="M6 3v6M18 3v6M12 15v6M0 15v6M24 15v6M3 6h6M15 6h6M9 18h6" />,
  <path key="petals" d="M12 12m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M0 0m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M24 0m-5 0a5 5 0 1 0 10 0M0 24m-5 0a5 5 0 1 0 10 0M24 24m-5 0a5 5 0 1 0 10 0" />,
];

interface Props {
  /* What it is for: a dish's category gives the motif, its name how it lies. */
  motif: string;
  name?: string;
  className?: string | undefined;
}

export function Pattern({ motif, name = motif, className }: Props) {
  const kind = spread(motif) % MOTIFS.length;
  const turn = (spread(name) % 4) * 90;
  const scale = 0.8 + (spread(`${name} `) % 5) / 5;
  const id = `pattern-${spread(motif).toString(36)}-${spread(name).toString(36)}`;
  return (
    <svg className={`${classes.pattern} ${className ?? ''}`} aria-hidden="true" focusable="false" preserveAspectRatio="xMidYMid slice">
      <defs>
        <pattern id={id} width="24" height="24" patternUnits="userSpaceOnUse" patternTransform={`rotate(${turn}) scale(${scale.toFixed(1)})`}>
          <g fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
            {MOTIFS[kind]}
          </g>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  );
}
