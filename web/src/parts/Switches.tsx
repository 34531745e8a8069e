/* How the page looks and what it speaks: the reader's to choose, kept on their device. */
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useSay } from '@/texts';
import { asLanguage, chooseLanguage, LANGUAGES } from '@/texts/languages';
import { GlobeIcon, MoonIcon, SunIcon } from './iconsFirst';
import classes from './Switches.module.css';

export function Switches() {
  return (
    <>
      <LanguageSwitch />
      <ColourSwitch />
    </>
  );
}

function ColourSwitch() {
  const { t } = useSay();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const isDark = scheme === 'dark';
  return (
    <ActionIcon color="gray" c="inherit" aria-label={isDark ? t.app.light : t.app.dark} onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
      {isDark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}

/* The phone's own list of choices. Another language is another page from the daemon, so the page is loaded anew; what was picked is not lost. */
function LanguageSwitch() {
  const { t, language } = useSay();
  return (
    <span className={classes.language}>
      <GlobeIcon />
      <select
        className={classes.choice}
        aria-label={t.app.language}
        value={language}
        onChange={(event) => {
          const chosen = asLanguage(event.currentTarget.value);
          if (chosen === undefined) return;
          chooseLanguage(chosen);
          window.location.reload();
        }}
      >
        {Object.entries(LANGUAGES).map(([code, { name, dir }]) => (
          <option key={code} value={code} lang={code} dir={dir}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
