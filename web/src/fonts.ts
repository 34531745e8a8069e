/* The two families of the pages, each a file a script (Latin, Cyrillic, Arabic …), of which a browser takes those that it needs. */
import '@fontsource-variable/lora/index.css';
import '@fontsource-variable/onest/index.css';
import '@fontsource-variable/vazirmatn/index.css';

/* Resolves when text can be drawn with them. */
export async function fontsAreThere(): Promise<void> {
  const sample = document.title;
  await Promise.all(['400 1rem "Onest Variable"', '700 1rem "Onest Variable"', '700 1rem "Lora Variable"'].map((font) => document.fonts.load(font, sample)));
}
