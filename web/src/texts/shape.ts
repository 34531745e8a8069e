/* The types of the compiled texts, from the keys of the English catalogues: "guests(n: number)" is a function of a number (build/messages.ts). */
type Parameters<List extends string> = List extends ''
  ? []
  : List extends `${string}: ${infer Type}, ${infer Rest}`
    ? [Parameter<Type>, ...Parameters<Rest>]
    : List extends `${string}: ${infer Type}`
      ? [Parameter<Type>]
      : never;
type Parameter<Type> = Type extends 'number' ? number : string;

export type Compiled<Catalogue> = {
  [Key in keyof Catalogue as Key extends `${infer Name}(${string}` ? Name : Key]: Catalogue[Key] extends string
    ? Key extends `${string}(${infer List})`
      ? (...parameters: Parameters<List>) => string
      : string
    : Catalogue[Key] extends string[]
      ? string[]
      : // What the house names itself (stations, allergens) is looked up, and may be unknown.
        Key extends `${string}Names`
        ? Record<string, string>
        : Compiled<Catalogue[Key]>;
};
