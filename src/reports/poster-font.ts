import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Weights of Be Vietnam Pro (SIL Open Font License 1.1), made for Vietnamese. */
const FILES = {
  regular: '500Medium/BeVietnamPro_500Medium.ttf',
  bold: '700Bold/BeVietnamPro_700Bold.ttf',
  heavy: '800ExtraBold/BeVietnamPro_800ExtraBold.ttf',
} as const;
export type Weight = keyof typeof FILES;
export type PosterFonts = Readonly<Record<Weight, Buffer>>;

let read: PosterFonts | undefined;

/** Read once, when the first poster is wanted. */
export function posterFonts(): PosterFonts {
  const { resolve } = createRequire(import.meta.url);
  const file = (weight: Weight): Buffer => readFileSync(resolve(`@expo-google-fonts/be-vietnam-pro/${FILES[weight]}`));
  read ??= { regular: file('regular'), bold: file('bold'), heavy: file('heavy') };
  return read;
}
