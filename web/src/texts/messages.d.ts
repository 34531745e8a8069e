/* A catalogue, compiled (build/messages.ts). */
declare module '*?messages' {
  const texts: unknown;
  export default texts;
}
