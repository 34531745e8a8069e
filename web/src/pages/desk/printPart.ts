/* Prints one part of the page: a copy of it alone in a frame, with the page's styles, so that nothing else comes along. */
export function printPart(id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  const frame = document.createElement('iframe');
  frame.setAttribute('aria-hidden', 'true');
  frame.style.cssText = 'position:fixed;inset-inline-start:-200vw;width:80mm;height:10px;border:0';
  document.body.append(frame);
  const paper = frame.contentDocument;
  if (!paper) return;
  paper.documentElement.lang = document.documentElement.lang;
  paper.documentElement.dir = document.documentElement.dir;
  paper.title = document.title;
  for (const style of document.querySelectorAll('link[rel=stylesheet], style')) paper.head.append(style.cloneNode(true));
  paper.body.append(part.cloneNode(true));
  const print = (): void => {
    frame.contentWindow?.addEventListener('afterprint', () => frame.remove());
    frame.contentWindow?.print();
  };
  // Its style sheets come from the browser's own store, a moment later.
  setTimeout(print, 150);
}
