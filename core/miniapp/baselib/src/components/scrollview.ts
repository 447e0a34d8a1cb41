/** The context of an enhanced <scroll-view>, which a selector query's node() gives. */
import { invoke, type Target } from "../media/component";

/** What the context has as properties: name and what it is at first. */
const properties: Record<string, unknown> = {
  scrollEnabled: true,
  bounces: true,
  showScrollbar: true,
  pagingEnabled: false,
  fastDeceleration: false,
  decelerationDisabled: false,
};

export function scrollViewContext(target: Target): Record<string, unknown> {
  const call = (method: string, args: unknown): void => invoke(target, `ScrollViewContext.${method}`, method, args);
  const made: Record<string, unknown> = {
    scrollTo: (options?: object) => call("scrollTo", options ?? {}),
    scrollIntoView: (selector: unknown, options?: object) => call("scrollIntoView", { ...options, selector: String(selector) }),
    triggerRefresh: (options?: object) => call("triggerRefresh", options ?? {}),
    closeRefresh: () => call("closeRefresh", null),
  };
  for (const [name, initial] of Object.entries(properties)) {
    let value = initial;
    Object.defineProperty(made, name, {
      enumerable: true,
      get: () => value,
      set: (v: unknown) => {
        value = v;
        call("set", { [name]: v === true });
      },
    });
  }
  return made;
}
