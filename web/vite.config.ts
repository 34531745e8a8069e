import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressed } from './build/compress.ts';
import { embedScript } from './build/embed.ts';
import { entryPages } from './build/entries.ts';
import { messages } from './build/messages.ts';
import { usedStyles } from './build/styles.ts';
import { offlineWorker } from './build/worker.ts';
import { pretend } from './fake/plugin.ts';

/* The program's foundation and what a guest sees first; what is loaded later (live connection, sheets, the staff's side) is not here. */
const FIRST = new RegExp(
  [
    'rolldown.runtime',
    'node_modules/(@messageformat/runtime|make-plural|react|react-dom|scheduler|@tanstack/(react-query|query-core)|clsx)/',
    '@mantine/core/esm/(core|components/(Button|ActionIcon|UnstyledButton|Loader|Title|Text|Stack|Group|Paper|Anchor|Center|Transition))/',
    String.raw`/src/(main|app|lib/(address|around|clock|colour|dress|format|ids|keep|later|liveSoon|network|theme|wire)|data/(api|config|first|kept|keys|pass|places|refusal|services))\.tsx?$`,
    String.raw`/src/(texts/(MoreTexts|explain|index|languages|load|speaking)|hooks/useAct|parts/(Frame|Pattern|hours|Loading|NetworkBanner|Notices|Problem|Switches|iconsFirst))(\.module)?\.(tsx?|css)$`,
  ].join('|'),
);

/* What a menu needs besides: a house's front page does without. */
const MENU = String.raw`/src/(lib/(poll|search|soon)|data/(allergens|live|menu|session|table)|hooks/useFeed|texts/tableName|parts/(Hero|menu/MenuBrowser))(\.module)?\.(tsx?|css)$`;

/* What is typed into, and what it stands on: everything but the front page. */
const FORM = String.raw`/src/(hooks/useRemembered|parts/(Field|OtpInput|say))(\.module)?\.(tsx?|css)$|@mantine/core/esm/components/(Card|Badge)/`;

/* `npm run dev` shows the pages against the in-memory restaurant of fake/; MAITRED_URL=http://pizza.localhost:8080 sends
 * everything that is not a page to a running daemon instead. */
const daemon = process.env['MAITRED_URL'];

export default defineConfig({
  plugins: [messages(), usedStyles(), react(), entryPages(), offlineWorker(), embedScript(), compressed(), ...(daemon ? [] : [pretend()])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: daemon ? { proxy: Object.fromEntries(['/rest', '/auth', '/app', '/realtime', '/storage'].map((path) => [path, { target: daemon, changeOrigin: true, ws: true }])) } : {},
  build: {
    /* The daemon serves /assets as immutable: every name carries a hash of its content. */
    assetsDir: 'assets',
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    // Browsers without it load the same a little later.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        /* What every page needs first, in one file: many small ones weigh more, and each is a request. */
        codeSplitting: {
          groups: [
            { name: 'first', test: FIRST },
            { name: 'form', test: new RegExp(FORM) },
            { name: 'menu', test: new RegExp(MENU) },
            // What a guest's page shares with the desk stays in one file with what it shared before: no guest loads a file more for the staff.
            { name: 'Photo', test: /\/src\/(lib\/days|data\/front|hooks\/useKept|parts\/(BasketLink|Photo|bookIcons))(\.module)?\.(tsx?|css)$/ },
            // Without a group of its own it would come with the steps to pages that have none.
            { name: 'Stepper', test: /\/src\/parts\/Stepper\.tsx$/ },
            // What the steps of booking share.
            { name: 'steps', test: /\/src\/(data\/booking|pages\/book\/(BookPage(?=\.module)|DayBlock|parts|steps)|parts\/book\/(Choice|MonthPicker))(\.module)?\.(tsx?|css)$/ },
            { name: 'when', test: /\/src\/(lib\/amounts|parts\/when)\.tsx?$/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test-setup.ts'],
    restoreMocks: true,
    css: false,
    testTimeout: 30_000,
    maxWorkers: 1,
  },
});
