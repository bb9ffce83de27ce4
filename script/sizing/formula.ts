/** Values by name, for `evaluate`. */
export type Values = ReadonlyMap<string, number>;

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ceil: Math.ceil,
  max: Math.max,
  min: Math.min,
};

/**
 * What a formula such as `max(2, ceil(peakTurns × webCpu ÷ 500))` comes to. Knows + − × ÷, brackets, ceil, max and min. Throws
 * with the formula and the place on whatever it does not know, a name without a value among it.
 */
export function evaluate(formula: string, values: Values): number {
  const tokens = formula.match(/[\d.]+|[A-Za-z]\w*|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`"${formula}" cannot be worked out at "${tokens[at] ?? 'its end'}"`);
  };
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  };
  const expect = (token: string): void => void (take(token) || fail());

  function sum(): number {
    let value = product();
    for (;;) {
      if (take('+')) value += product();
      else if (take('−')) value -= product();
      else return value;
    }
  }
  function product(): number {
    let value = single();
    for (;;) {
      if (take('×')) value *= single();
      else if (take('÷')) value /= single();
      else return value;
    }
  }
  function single(): number {
    if (take('(')) {
      const value = sum();
      expect(')');
      return value;
    }
    const token = tokens[at] ?? fail();
    if (/^\d/.test(token)) {
      at++;
      return Number(token);
    }
    const call = FUNCTIONS[token];
    if (call && tokens[at + 1] === '(') {
      at += 2;
      const list = [sum()];
      while (take(',')) list.push(sum());
      expect(')');
      return call(...list);
    }
    const value = values.get(token) ?? fail();
    at++;
    return value;
  }

  const value = sum();
  if (at < tokens.length) fail();
  return value;
}
