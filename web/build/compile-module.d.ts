/* @messageformat/core ships this part without types. */
declare module '@messageformat/core/compile-module.js' {
  import type MessageFormat from '@messageformat/core';
  const compileModule: (messageFormat: MessageFormat, messages: Record<string, string>) => string;
  export default compileModule;
}
