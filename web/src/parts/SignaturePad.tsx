/* A name signed with the finger, or typed by who has none to draw with. What comes out is a drawing (PNG) or the typed name; nothing, while there is too
 * little on the paper to be a name. */
import { Button, Group } from '@mantine/core';
import { useEffect, useId, useRef, useState, type PointerEvent } from 'react';
import { useTexts } from '@/texts';
import { Field } from './Field';
import classes from './SignaturePad.module.css';

interface Props {
  label: string;
  error?: string | null;
  onChange: (signature: string | null) => void;
}

/* A tap or a dash is no signature. */
const LEAST_PATH_PX = 60;
const PEN_PX = 2.5;

interface Point {
  x: number;
  y: number;
}
type Stroke = Point[];

const lengthOf = (strokes: readonly Stroke[]): number =>
  strokes.reduce((sum, stroke) => sum + stroke.reduce((length, to, index) => length + Math.hypot(to.x - (stroke[index - 1] ?? to).x, to.y - (stroke[index - 1] ?? to).y), 0), 0);

/* Ink is dark in either scheme: the drawing is looked at on white. */
function ink(canvas: HTMLCanvasElement, from: Point, to: Point): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  Object.assign(context, { lineWidth: PEN_PX, lineCap: 'round', lineJoin: 'round', strokeStyle: '#14213d' });
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

export function SignaturePad({ label, error, onChange }: Props) {
  const t = useTexts();
  const id = useId();
  const paper = useRef<HTMLCanvasElement>(null);
  const strokes = useRef<Stroke[]>([]);
  const isDown = useRef(false);
  const [isTyped, setIsTyped] = useState(false);
  const [typed, setTyped] = useState('');
  const [isEmpty, setIsEmpty] = useState(true);

  // The paper has the screen's own pixels; whatever turns or zooms the page, what was written stays on it.
  useEffect(() => {
    const canvas = paper.current;
    if (isTyped || !canvas) return;
    const renew = (): void => {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
      if (canvas.width === width && canvas.height === height) return;
      canvas.width = width;
      canvas.height = height;
      canvas.getContext('2d')?.scale(ratio, ratio);
      for (const stroke of strokes.current) for (const [index, to] of stroke.entries()) ink(canvas, stroke[index - 1] ?? to, to);
    };
    renew();
    const watch = new ResizeObserver(renew);
    watch.observe(canvas);
    return () => watch.disconnect();
  }, [isTyped]);

  const pointOf = (event: PointerEvent<HTMLCanvasElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    isDown.current = true;
    strokes.current.push([pointOf(event)]);
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>): void => {
    const stroke = strokes.current.at(-1);
    const from = stroke?.at(-1);
    if (!isDown.current || !stroke || !from) return;
    const to = pointOf(event);
    ink(event.currentTarget, from, to);
    stroke.push(to);
    setIsEmpty(false);
  };
  const end = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!isDown.current) return;
    isDown.current = false;
    onChange(lengthOf(strokes.current) >= LEAST_PATH_PX ? event.currentTarget.toDataURL('image/png') : null);
  };
  const wipe = (): void => {
    const canvas = paper.current;
    canvas?.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    strokes.current = [];
    setIsEmpty(true);
    onChange(null);
  };
  const turn = (): void => {
    wipe();
    setIsTyped(!isTyped);
    setTyped('');
  };

  return (
    <div role="group" aria-labelledby={`${id}-label`} {...(error ? { 'aria-describedby': `${id}-error` } : {})}>
      {isTyped ? (
        <Field
          label={label}
          description={t.waiver.typeHint}
          value={typed}
          maxLength={255}
          autoComplete="off"
          className={classes.typed}
          error={error}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            onChange(event.currentTarget.value.trim() === '' ? null : event.currentTarget.value.trim());
          }}
        />
      ) : (
        <>
          <div id={`${id}-label`} className={classes.label}>
            {label}
          </div>
          <div className={classes.paper} data-wrong={error ? true : undefined}>
            <canvas
              ref={paper}
              className={classes.canvas}
              role="img"
              aria-label={isEmpty ? t.waiver.padEmpty : t.waiver.padDrawn}
              onPointerDown={begin}
              onPointerMove={draw}
              onPointerUp={end}
              onPointerCancel={end}
            />
            {isEmpty && (
              <span className={classes.hint} aria-hidden="true">
                {t.waiver.padHint}
              </span>
            )}
          </div>
          {error && (
            <p id={`${id}-error`} className={classes.error} role="alert">
              {error}
            </p>
          )}
        </>
      )}
      <Group gap="xs" mt={4}>
        {!isTyped && (
          <Button variant="subtle" disabled={isEmpty} onClick={wipe}>
            {t.waiver.clear}
          </Button>
        )}
        <Button variant="subtle" onClick={turn}>
          {isTyped ? t.waiver.drawInstead : t.waiver.typeInstead}
        </Button>
      </Group>
    </div>
  );
}
