import type { Former } from "./constants";

/** Where browsers kept what is the host's now. */
const FORMER = ["dougong.language", "dougong.addresses", "dougong.contacts", "dougong.places"] as const;

/** Bounds of what is handed over, in bytes of JSON: of one entry, and of all, which the host takes up to 64 KiB of. */
const MAX_ENTRY = 8 << 10;
const MAX_ALL = 60 << 10;

/** How long the name of a language is at most. */
const MAX_LANGUAGE = 64;

/** What this browser kept while hosts did not. What is too large was written by no shell, and is left out. */
export function readFormer(): Former | undefined {
  try {
    const [language, addresses, contacts, places] = FORMER.map((key) => localStorage.getItem(key));
    if (!language && !addresses && !contacts && !places) return undefined;
    let room = MAX_ALL;
    const list = (text: string | null | undefined): unknown[] => formerList(text).filter((entry) => {
      const size = new TextEncoder().encode(JSON.stringify(entry)).length + 1;
      if (size > MAX_ENTRY || size > room) return false;
      room -= size;
      return true;
    });
    const spoken = language && language.length <= MAX_LANGUAGE ? language : "";
    return { language: spoken, addresses: list(addresses), contacts: list(contacts), places: list(places) };
  } catch {
    return undefined; // a browser without storage has kept nothing
  }
}

/** Removes it: it is the host's. */
export function dropFormer(): void {
  for (const key of FORMER) localStorage.removeItem(key);
}

function formerList(text: string | null | undefined): unknown[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? (list as unknown[]).slice(0, 10) : [];
  } catch {
    return [];
  }
}
