/** Makes an element with class and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.append(...children);
  return el;
}

/** A button with a handler. */
export function button(className: string, onclick: () => void, ...children: (Node | string)[]): HTMLButtonElement {
  const el = make("button", className, ...children);
  el.type = "button";
  el.onclick = onclick;
  return el;
}

const paths = {
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M12 12m-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 12h.01",
  search: "M11 11m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0M15.5 15.5 20 20",
  share: "M13 5l7 6.5-7 6.5v-4C8 14 5.5 15.5 4 19c0-6 3-10 9-10z",
  shield: "M12 3.5 5 6v5.5c0 4.4 3 7.4 7 9 4-1.6 7-4.6 7-9V6zM9 12l2.2 2.2L15.2 10",
  info: "M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5.5M12 7.6v.1",
  reload: "M19 12a7 7 0 1 1-2.2-5.1M19.5 4v4h-4",
  exit: "M14 4.5H6.5v15H14M11 12h9M17 8.8l3.2 3.2-3.2 3.2",
  alert: "M12 4 3 19.5h18zM12 10v4.5M12 17v.1",
  warn: "M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7.5v6M12 16.4v.1",
  pin: "M12 21c-4.500-4.800-7-8.300-7-11.300a7 7 0 0 1 14 0c0 3-2.500 6.500-7 11.300zM12 9.600m-2.400 0a2.400 2.400 0 1 0 4.800 0a2.400 2.400 0 1 0-4.800 0",
  target: "M12 12m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0M12 3v4M12 17v4M3 12h4M17 12h4",
  phone: "M6 4h3.500l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500V18a2 2 0 0 1-2 2C10.500 20 4 13.500 4 6a2 2 0 0 1 2-2z",
  globe: "M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M3.8 12h16.4M12 3.500c5 5.500 5 11.500 0 17M12 3.500c-5 5.500-5 11.500 0 17",
  down: "M6 9.5l6 6 6-6",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  home: "M4 11.5 12 4.500l8 7M6.500 10v9.500h11V10M10 19.500v-5h4v5",
  star: "M12 4l2.450 5.100 5.550.700-4.050 3.850 1 5.500L12 16.500l-4.950 2.650 1-5.500L4 9.800l5.550-.700z",
  starred: "M12 4l2.450 5.100 5.550.700-4.050 3.850 1 5.500L12 16.500l-4.950 2.650 1-5.500L4 9.800l5.550-.700zM9 11h6M10 13h4M11 15h2M11 9h2",
  qr: "M4.500 4.500h5.500v5.500H4.500zM14 4.500h5.500v5.500H14zM4.500 14h5.500v5.500H4.500zM14 14h2v2h-2zM18 14h1.500M14 19.500h1.500M18 17.500v2h1.500",
  float: "M4.500 5.500h15v13h-15zM12.500 12h5v4.500h-5z",
  chat: "M4.500 5.500h15v11H11l-4.500 3.500v-3.500h-2zM8.500 9.500h7M8.500 12.500h4.500",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  person: "M12 8m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0M4.5 20c.8-4 3.6-6 7.5-6s6.700 2 7.500 6",
} as const;

/** One of the shell's icons, drawn in the current colour. */
export function icon(name: keyof typeof paths, strokeWidth = 1.7): SVGSVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[name]);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", String(name === "dots" ? 4 : strokeWidth));
  path.setAttribute("stroke-linecap", "round");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}
