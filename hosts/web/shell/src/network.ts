/** What a browser says of its network, where it says something. */
interface Connection extends EventTarget {
  type?: string;
  effectiveType?: string;
}

export function connection(): Connection | undefined {
  return (navigator as { connection?: Connection }).connection;
}

/** The network, in the words of wx.getNetworkType. A browser that tells nothing of it is taken to have one that costs nothing. */
export function networkType(): string {
  if (!navigator.onLine) return "none";
  const { type, effectiveType } = connection() ?? {};
  return type === "cellular" ? (effectiveType ?? "4g").replace("slow-", "") : "wifi";
}
