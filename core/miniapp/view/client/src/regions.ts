/** The second file of the client: the table of regions, for loadRegions. */
import { PLACE } from "./components/regionload";
import { table } from "./components/regions";

(globalThis as Record<string, unknown>)[PLACE] = table;
