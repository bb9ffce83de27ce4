import type { IncomingMessage } from 'node:http';
import { AppError } from '../../base/errors.ts';

/**
 * The JSON of a body of at most `maxBytes`. Throws AppError `console.wrongType`, `console.tooLarge` (as soon as that is known) or
 * `console.badInput`, the last also for names that reach into an object's prototype.
 */
export async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(req.headers['content-type'] ?? '')) {
    throw new AppError('console.wrongType', 'JSON is wanted');
  }
  if (req.headers['content-encoding'] !== undefined) throw new AppError('console.wrongType', 'a plain body is wanted');
  const bytes = await readBytes(req, maxBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), refuseNames) as unknown;
  } catch (error) {
    throw new AppError('console.badInput', 'not JSON', { facts: { at: 'body' }, cause: error });
  }
}

function refuseNames(name: string, value: unknown): unknown {
  if (name === '__proto__' || name === 'constructor' || name === 'prototype') throw new Error('a name of the machine');
  return value;
}

/** A body of at most `maxBytes`. Throws AppError `console.tooLarge` (as soon as that is known) or `console.badInput`. */
export function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): AppError => new AppError('console.tooLarge', 'the body is too large', { facts: { maxBytes } });
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      req.off('data', onData);
      req.pause();
      reject(tooLarge());
    };
    req.on('data', onData);
    req.once('end', () => resolve(Buffer.concat(chunks)));
    req.once('error', reject);
    req.once('close', () => reject(new AppError('console.badInput', 'the request broke off')));
  });
}
