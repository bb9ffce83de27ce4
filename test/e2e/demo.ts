import { setTimeout as delay } from 'node:timers/promises';
import type { ProductProcess } from '../support/product-process.ts';

const LOOK_MS = 300;

type Product = Pick<ProductProcess, 'url'>;

async function post({ url }: Product, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${url}/simulator/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Sets the clock that the product and its stand-in platforms share. `at`: ISO 8601 with an offset. */
export async function setClock(product: Product, at: string): Promise<void> {
  await post(product, 'clock', { at: Date.parse(at) });
}

/** Lets made-up people talk to the bot, and waits until they have. */
export async function bringCrowd(product: Product, people: number): Promise<void> {
  await post(product, 'crowd', { people });
  const left = async (): Promise<number> => {
    const answer = await fetch(`${product.url}/simulator/api/crowd`);
    return ((await answer.json()) as { left: number }).left;
  };
  while ((await left()) > 0) await delay(LOOK_MS);
}
