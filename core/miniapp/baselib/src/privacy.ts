/** Privacy guidelines: the host itself asks before anything private is used, so there is no agreement to wait for. */
import { immediate } from "./convention";
import type { Namespace } from "./capability";

export function addPrivacy(space: Namespace): void {
  space["getPrivacySetting"] = immediate("getPrivacySetting", () => ({ needAuthorization: false, privacyContractName: "" }));
  space["requirePrivacyAuthorize"] = immediate("requirePrivacyAuthorize", () => undefined);
  space["onNeedPrivacyAuthorization"] = () => undefined;
}
