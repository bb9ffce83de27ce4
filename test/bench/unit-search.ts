/** Times searches over the real first level and over 10,000 invented units: `node --import tsx test/bench/unit-search.ts`. */
import { compileUnits } from '../../src/content/unit-search.ts';
import { readUnits } from '../../src/content/units.ts';
import type { Unit, UnitTree } from '../../src/core/unit.ts';
import { readFileSync } from 'node:fs';

const ROUNDS = 200;
const { units } = readUnits(readFileSync('flows/01-trieu-sang-kien/units.csv', 'utf8'), 'units.csv');
const districts = units.filter((unit) => unit.parent !== null);
const many: Unit[] = Array.from({ length: 10_000 }, (_, i) => {
  const one = districts[i % districts.length]?.short ?? '';
  const other = districts[(i * 7 + 3) % districts.length]?.short ?? '';
  return { code: `U${i}`, name: `Công đoàn Công ty ${one} ${other} ${i}`, short: `CT ${i}`, parent: null, aliases: [] };
});
const QUERIES = [
  ['ha', 'hcm', 'tra vin', 'Trà Vinhh', 'huyện càng long tỉnh trà vinh', 'cong ty', 'công ty chau thanh', 'cong doan'],
  ['xyz', 'a', 'chau thnh tra vnih 17', 'an an an an an an an an an an an an an an an an', 'n'.repeat(200)],
  ['con to chua thnah phu tan binh hoa an giang long xuyen'],
].flat();

function measure(name: string, tree: UnitTree): void {
  const worst = QUERIES.map((query) => {
    const times = Array.from({ length: ROUNDS }, () => {
      const from = performance.now();
      tree.search(query, null);
      return performance.now() - from;
    }).toSorted((a, b) => a - b);
    return { query, p50: times[ROUNDS / 2] ?? 0, p99: times[Math.floor(ROUNDS * 0.99)] ?? 0 };
  }).toSorted((a, b) => b.p50 - a.p50);
  console.log(name);
  for (const { query, p50, p99 } of worst.slice(0, 5)) {
    console.log(`  p50 ${p50.toFixed(3)} ms  p99 ${p99.toFixed(3)} ms  ${JSON.stringify(query.slice(0, 50))}`);
  }
}

measure('83 units with their districts', compileUnits(units));
const from = performance.now();
const tree = compileUnits(many);
console.log(`10,000 units compiled in ${(performance.now() - from).toFixed(0)} ms`);
measure('10,000 siblings', tree);
