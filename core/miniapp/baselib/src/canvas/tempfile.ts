/** Where a picture that was made here is put so that <image>, uploadFile and getImageInfo find it. */
import { decode } from "../base64";
import type { Namespace } from "../capability";
import { native, type Settle } from "../native";

/** The host, which knows who keeps files, and its method that has a temporary one made. */
const HOST = "dougong.host";
const KEEP = "keepFile";

/** Endings of files by what is in them. */
const endings: Record<string, string> = {
  "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "text/plain": ".txt", "application/pdf": ".pdf",
  "video/mp4": ".mp4", "video/webm": ".webm",
};

/** An encoded picture, as base64 and, where the actor has decoded it already, as bytes. */
export interface Encoded {
  type: string;
  data: string;
  bytes?: ArrayBuffer;
}

/**
 * Saves an encoded picture and settles with its tempFilePath: a temporary file where there is a file system, else the
 * picture itself as an address, which <image> and drawImage take as well.
 */
export function saveTemp(space: Namespace, file: Encoded, settle: Settle): void {
  const inline = { tempFilePath: `data:${file.type};base64,${file.data}` };
  if (typeof space["getFileSystemManager"] !== "function") {
    settle(null, inline);
    return;
  }
  const params = { data: file.bytes ?? decode(file.data), extension: endings[file.type] ?? "" };
  native.call({ capability: HOST, method: KEEP, params }, (failure, result) => {
    // A full disk is no reason to lose the picture.
    const path = (result as { filePath?: string } | undefined)?.filePath;
    settle(null, failure || !path ? inline : { tempFilePath: path });
  });
}
