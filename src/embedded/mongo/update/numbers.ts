import { Decimal128, Double, Int32, Long } from 'bson';
import { CommandError } from '../errors.ts';
import { readNumber } from '../values.ts';

const INT32 = 2 ** 31;

/**
 * Adds or multiplies typed numbers as a server does: int with int stays int, or becomes long when it no longer fits; a
 * double makes a double. Throws TypeMismatch for anything that is not a number.
 */
export function calculate(operator: '$inc' | '$mul', path: string, left: unknown, right: unknown): unknown {
  if (readNumber(right) === null)
    throw new CommandError(
      14,
      `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${String(right)}}`,
    );
  if (left === undefined) return operator === '$inc' ? right : multiply(toTyped(0), right);
  if (readNumber(left) === null)
    throw new CommandError(
      14,
      `Cannot apply ${operator} to a value of non-numeric type. The field '${path}' has a ${left instanceof Decimal128 ? 'decimal' : typeof left} value`,
    );
  return operator === '$inc' ? add(left, right) : multiply(left, right);
}

function add(left: unknown, right: unknown): unknown {
  if (left instanceof Double || right instanceof Double)
    return new Double((readNumber(left) ?? 0) + (readNumber(right) ?? 0));
  return whole(toLong(left).toBigInt() + toLong(right).toBigInt(), left instanceof Long || right instanceof Long);
}

function multiply(left: unknown, right: unknown): unknown {
  if (left instanceof Double || right instanceof Double)
    return new Double((readNumber(left) ?? 0) * (readNumber(right) ?? 0));
  return whole(toLong(left).toBigInt() * toLong(right).toBigInt(), left instanceof Long || right instanceof Long);
}

function whole(value: bigint, long: boolean): Int32 | Long {
  if (!long && value >= -INT32 && value < INT32) return new Int32(Number(value));
  if (BigInt.asIntN(64, value) !== value) throw new CommandError(2, 'Failed to apply $inc or $mul: integer overflow');
  return Long.fromBigInt(value);
}

function toLong(value: unknown): Long {
  return value instanceof Long ? value : Long.fromNumber(readNumber(value) ?? 0);
}

function toTyped(value: number): Int32 {
  return new Int32(value);
}
