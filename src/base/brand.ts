declare const brand: unique symbol;

/** A string that cannot be swapped for another kind of string by mistake. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
