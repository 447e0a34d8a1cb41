/** Tells the shell of calls and their outcomes, for its debug drawer. Arguments and results stay here: they may be secrets. */
import { native } from "./native";

/** The longest outcome that is told. */
const LONGEST = 500;

export const calls = {
  /** Whether anybody wants to know. */
  told: false,

  /** Tells of an asynchronous call that began at a time and ended now. */
  end(errMsg: string, began: number): void {
    if (calls.told) native.ask("debugCall", { outcome: errMsg.slice(0, LONGEST), time: Date.now() - began });
  },
};
