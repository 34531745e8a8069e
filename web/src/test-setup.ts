/* What jsdom lacks and Mantine asks for. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(() => {
  cleanup();
  window.localStorage.clear();
  // The address knows the view; the next test begins at the start.
  window.history.replaceState(null, '', '/');
});

Object.defineProperty(window, 'matchMedia', {
  writable: true,
  value: vi.fn((query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  })),
});

class NoResizes {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
window.ResizeObserver = NoResizes;
window.HTMLElement.prototype.scrollIntoView = () => {};
window.scrollTo = () => {};

configure({
  // Shorter reports: the whole page printed for each miss hides the line that matters.
  getElementError: (message) => new Error(message ?? 'not found'),
  // jsdom works out very slowly whether an element can be seen; the browser tests look at that for real.
  defaultHidden: true,
  asyncUtilTimeout: 5_000,
});

Object.defineProperty(document, 'fonts', { value: { addEventListener: () => {}, removeEventListener: () => {} } });
