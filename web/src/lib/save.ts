/* Gives the reader a file that the page has made. */
export function saveAs(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has it by the next turn; some read it a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
