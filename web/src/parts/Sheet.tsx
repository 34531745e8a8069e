/* A sheet over the page: from below, where the thumb is, or from the side, where the page stays in sight. */
import { Drawer, type DrawerProps } from '@mantine/core';
import { useTexts } from '@/texts';
import classes from './Sheet.module.css';

interface Props extends Pick<DrawerProps, 'opened' | 'title' | 'size' | 'onClose' | 'children'> {
  from: 'below' | 'side';
}

const FROM = {
  below: { position: 'bottom', size: 'auto', classNames: { inner: classes.inner, content: classes.content } },
  side: { position: 'right' },
} as const;

export function Sheet({ from, ...sheet }: Props) {
  const t = useTexts();
  return <Drawer {...FROM[from]} {...sheet} closeButtonProps={{ 'aria-label': t.app.close, size: 'lg' }} />;
}
