/**
 * wx.worklet for programs that touch it while they load. Worklets run in Skyline's renderer, which this is not: canIUse
 * denies the name, shared values hold what they are given, and an animation is at its end at once.
 */
import type { Namespace } from "./capability";

export function addWorklet(space: Namespace): void {
  const same = (value: unknown): unknown => value;
  const easing: Namespace = {};
  for (const name of ["linear", "ease", "quad", "cubic", "sin", "circle", "exp", "bounce"]) easing[name] = (x: number) => x;
  for (const name of ["bezier", "in", "out", "inOut", "poly", "elastic", "back"]) easing[name] = () => (x: number) => x;
  space["worklet"] = {
    shared: (value: unknown) => ({ value }),
    derived: (update: () => unknown) => Object.defineProperty({}, "value", { get: update, enumerable: true }),
    timing: same,
    spring: same,
    decay: () => 0,
    delay: (_ms: number, animation: unknown) => animation,
    sequence: (...animations: unknown[]) => animations[animations.length - 1],
    repeat: same,
    cancelAnimation: () => undefined,
    runOnUI: same,
    runOnJS: same,
    Easing: easing,
  };
}
