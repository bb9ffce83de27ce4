/** Ends a `switch` over a union: a new member shows, at compile time, every place that must learn it. */
export function never(value: never, where: string): never {
  throw new Error(`unexpected ${JSON.stringify(value)} in ${where}`);
}
