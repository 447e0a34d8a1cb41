/** Failures with a stable code. */

/** The platform's codes. A contract's own are 10000 and above. */
export const Code = Object.freeze({
  INTERNAL: 1, // failed in a way that the contract does not name
  INVALID_PARAMS: 2, // the arguments do not fit the contract
  INVALID_RESULT: 3, // the answer does not fit the contract
  UNSUPPORTED: 4, // no provider, or it does not have this method
  DENIED: 5, // the user or a policy refused
  DOMAIN: 6, // the address is not on the allow-list
  QUOTA: 7, // a storage, rate or size limit is reached
  TIMEOUT: 8, // the call's deadline passed
  CANCELED: 9, // the caller gave up
  UNAVAILABLE: 10, // trying again may help
  TOO_LARGE: 11, // the payload is over a limit
  VETOED: 12, // a guard refused
  TRACE: 13, // the evidence trace cannot take the record
  NOT_FOUND: 14, // the thing named does not exist
  BUSY: 15, // too many calls are under way
  CORRUPT: 16, // stored data fails its integrity check
  CONFIG: 17, // the plugin refuses its configuration
})

/**
 * A failure that reaches the caller as it is: code, short name (`label`, as `name` is JavaScript's own), message, and data
 * (JSON), if any. The message says what happened, to which thing, and how to mend it.
 */
export class Failure extends Error {
  constructor(code, label, message, data) {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.label = label
    this.data = data
  }
}

/** Anything that was thrown, as a failure that can cross the wire. */
export function asFailure(thrown) {
  if (thrown instanceof Failure) return thrown
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new Failure(Code.INTERNAL, 'internal', text)
}

/** asFailure for the caller; one that nobody has foreseen is also told to the log, with its stack. */
export function reported(thrown) {
  if (!(thrown instanceof Failure)) console.error(thrown)
  return asFailure(thrown)
}
