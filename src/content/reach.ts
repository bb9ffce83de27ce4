import type { World } from '../engine/flow.ts';

/**
 * The codes under which people of a unit may be known: its own and those of all whose place it took, in any campaign. An old code
 * gives those of the unit that took its place, so that whoever worked for the old one goes on with the new one.
 */
export function reachOf(world: World, unit: string): readonly string[] {
  const codes = new Set([unit]);
  for (const { campaign } of world.flows.values()) {
    for (const code of campaign.units.reach(unit)) codes.add(code);
  }
  return [...codes];
}
