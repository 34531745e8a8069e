/* The frame of a page: a way past the header for the keyboard, the header, the word about the network, the content. */
import { Group, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTexts } from '@/texts';
import { NetworkBanner } from './NetworkBanner';
import classes from './Frame.module.css';

interface Props {
  title: string;
  /* What stands in the browser's tab; the title when absent. */
  tabTitle?: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /* Stays at the lower edge, where the thumb is. */
  footer?: ReactNode;
  /* Where the second way past everything leads, and what it is called. */
  skipTo?: { id: string; label: string };
  waiting?: number;
  /* 'board': as wide and as high as the screen; what does not fit scrolls inside. On a phone it is a page like any other. */
  width?: 'phone' | 'page' | 'full' | 'board';
  /* The page says who it is by itself, in large: the header keeps its buttons. */
  bare?: boolean;
  children: ReactNode;
}

export function Frame({ title, tabTitle, subtitle, actions, footer, skipTo, waiting = 0, width = 'phone', bare = false, children }: Props) {
  const t = useTexts();
  const inTab = tabTitle ?? title;
  useEffect(() => {
    document.title = inTab;
  }, [inTab]);
  return (
    <div className={classes.frame} data-width={width} data-bare={bare || undefined}>
      <a className={classes.skip} href="#content">
        {t.app.skip}
      </a>
      {skipTo && (
        <a className={classes.skip} href={`#${skipTo.id}`}>
          {skipTo.label}
        </a>
      )}
      <header className={classes.header}>
        <div className={classes.bar}>
          <div className={classes.titles}>
            <Title order={1} className={classes.title}>
              {title}
            </Title>
            {subtitle && <div className={classes.subtitle}>{subtitle}</div>}
          </div>
          <Group gap={2} wrap="nowrap" className={classes.actions}>
            {actions}
          </Group>
        </div>
        <NetworkBanner waiting={waiting} />
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
      </main>
      {footer && <div className={classes.footer}>{footer}</div>}
    </div>
  );
}
