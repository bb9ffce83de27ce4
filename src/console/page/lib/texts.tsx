import { useQuery } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { useLocalStorage } from '@mantine/hooks';
import { call } from './http.ts';

export type Lang = 'vi' | 'en';
type Values = Readonly<Record<string, string | number>>;
/** The sentence of a key with its places filled in; the key itself where the locale has none. */
export type Translate = (key: string, values?: Values) => string;

type Texts = { lang: Lang; setLang: (lang: Lang) => void; t: Translate; has: (key: string) => boolean };

const Context = createContext<Texts | null>(null);

export function useTexts(): Texts {
  const texts = use(Context);
  if (!texts) throw new Error('no texts here');
  return texts;
}

/** Loads the sentences of the language this browser last chose. `children` appear with them. */
export function TextsProvider({ children }: { children: ReactNode }) {
  const [lang, setLang] = useLocalStorage<Lang>({
    key: 'console.lang',
    defaultValue: 'vi',
    getInitialValueInEffect: false,
  });
  const { data, isError } = useQuery({
    queryKey: ['texts', lang],
    queryFn: async () => flatten(await call<unknown>('GET', `/texts/${lang}`)),
    staleTime: Infinity,
    gcTime: Infinity,
    placeholderData: (previous) => previous, // the old language stays until the new one is here
  });
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  const t = useCallback<Translate>((key, values) => fill(data?.get(key) ?? key, values), [data]);
  const has = useCallback((key: string) => data?.has(key) ?? false, [data]);
  const value = useMemo(() => ({ lang, setLang, t, has }), [lang, setLang, t, has]);
  if (!data && !isError) return null;
  return <Context value={value}>{children}</Context>;
}

/** Sentences by dotted key, whether they come nested or flat. */
function flatten(node: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof node === 'string') into.set(path, node);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) flatten(value, path ? `${path}.${key}` : key, into);
  }
  return into;
}

const fill = (sentence: string, values: Values = {}): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
