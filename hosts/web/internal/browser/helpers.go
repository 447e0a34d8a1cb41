package browser

// helpers is run in each frame before an expression: deep finds an element through shadow roots.
const helpers = `(() => {
  const deepAll = (root, selector, out = []) => {
    out.push(...root.querySelectorAll(selector));
    for (const el of root.querySelectorAll("*")) if (el.shadowRoot) deepAll(el.shadowRoot, selector, out);
    return out;
  };
  const visible = (el) => {
    const r = el.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && getComputedStyle(el).visibility !== "hidden" && !el.closest(".background");
  };
  const $$ = (selector) => deepAll(document, selector).filter(visible);
  const $ = (selector) => $$(selector)[0];
  const byText = (selector, text) => $$(selector).find((el) => el.textContent.trim() === text);
  const still = (el) => {
    for (let n = el; n; n = n.parentNode ?? n.host) {
      if (n.getAnimations?.().some((a) => a.playState === "running" && a.effect.getComputedTiming().iterations !== Infinity)) return false;
    }
    return !!el;
  };
  // around is everything that an element is in, through shadow roots and slots.
  const around = (el, out = new Set()) => {
    if (!el || out.has(el)) return out;
    out.add(el);
    for (const next of [el.parentNode, el.host, el.assignedSlot]) around(next, out);
    return out;
  };
  // inTheWay is what a tap on the middle of a box would hit in place of an element, its insides or what it is in.
  const inTheWay = (el, {left, top, width, height}) => {
    const x = left + width / 2, y = top + height / 2;
    let hit = document.elementFromPoint(x, y);
    for (let inner = hit; inner; ) {
      hit = inner;
      const next = inner.shadowRoot?.elementFromPoint(x, y);
      inner = next && !around(inner).has(next) ? next : null;
    }
    if (hit && (around(hit).has(el) || around(el).has(hit))) return "";
    return hit ? hit.localName + "." + [...hit.classList].join(".") : "nothing";
  };
  const boxOf = (el) => (({left, top, width, height}) => ({left, top, width, height}))(el.getBoundingClientRect());
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  // resting is an element's box once it stays where it is from one picture to the next.
  const resting = async (find) => {
    await drawn();
    if (!still(find())) throw new Error("it is not there or moves");
    const was = boxOf(find());
    await drawn();
    const is = boxOf(find());
    if (JSON.stringify(was) !== JSON.stringify(is)) throw new Error("it moves");
    return is;
  };
  // tappable is the resting box of an element with nothing in the way of a tap.
  const tappable = async (find) => {
    const box = await resting(find);
    const other = inTheWay(find(), box);
    if (other !== "") throw new Error(other + " is in the way");
    return box;
  };
  return (%s);
})()`
