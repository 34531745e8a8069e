/* The camera as a scanner: the platform's reader of codes where there is one, else a reader in JavaScript. A code that stays before the camera is told
 * once; another one, or the same after a pause, is told anew. */
import { Alert } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import decodeQR from 'qr/decode.js';
import { useTexts } from '@/texts';
import classes from './GatePage.module.css';

interface Detector {
  detect: (image: ImageBitmapSource) => Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats?: () => Promise<string[]>;
}

const EVERY_MS = 150;
const AGAIN_MS = 4_000;
/* Wider pictures cost time and read no better. */
const WIDTH = 640;

async function platformReader(): Promise<Detector | null> {
  const BarcodeDetector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    return BarcodeDetector && (await BarcodeDetector.getSupportedFormats?.())?.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
  } catch {
    return null;
  }
}

function readPicture(canvas: HTMLCanvasElement, video: HTMLVideoElement): string | null {
  const scale = Math.min(1, WIDTH / Math.max(1, video.videoWidth));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (!drawing || canvas.width === 0) return null;
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(drawing.getImageData(0, 0, canvas.width, canvas.height));
  } catch {
    return null; // no code in this picture
  }
}

export function Camera({ onCode }: { onCode: (code: string) => void }) {
  const t = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const [isBroken, setBroken] = useState(false);
  const tell = useRef(onCode);
  useEffect(() => {
    tell.current = onCode;
  });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stream: MediaStream | undefined;
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void (async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
        const place = video.current;
        if (isOver || !place) return stop();
        place.srcObject = stream;
        await place.play();
        const reader = await platformReader();
        const canvas = document.createElement('canvas');
        const told = { code: '', at: 0 };
        const look = async (): Promise<void> => {
          const code = reader ? ((await reader.detect(place).catch(() => []))[0]?.rawValue ?? null) : readPicture(canvas, place);
          if (isOver) return;
          if (code !== null && (code !== told.code || Date.now() - told.at > AGAIN_MS)) tell.current(code);
          if (code !== null) Object.assign(told, { code, at: Date.now() });
          timer = setTimeout(() => void look(), EVERY_MS);
        };
        await look();
      } catch {
        // Refused, in use elsewhere, or there is none.
        if (!isOver) setBroken(true);
      }
    })();
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    };
  }, []);
  if (isBroken)
    return (
      <Alert color="orange" variant="light" role="alert">
        {t.gate.cameraNone}
      </Alert>
    );
  return <video ref={video} className={classes.camera} muted playsInline aria-label={t.gate.camera} />;
}
