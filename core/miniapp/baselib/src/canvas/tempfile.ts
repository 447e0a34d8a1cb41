/** Where a picture that was made here is put so that <image>, uploadFile and getImageInfo find it. */
import type { Namespace } from "../capability";
import type { Settle } from "../native";

interface FileSystem {
  writeFile(options: object): void;
}

let last = 0;

/**
 * Saves an encoded picture and settles with its tempFilePath: a file where there is a file system, else the picture itself
 * as an address.
 */
export function saveTemp(space: Namespace, file: { type: string; data: string }, settle: Settle): void {
  const inline = `data:${file.type};base64,${file.data}`;
  const open = space["getFileSystemManager"] as (() => FileSystem) | undefined;
  if (!open) {
    settle(null, { tempFilePath: inline });
    return;
  }
  const ending = file.type === "image/jpeg" ? "jpg" : "png";
  const filePath = `wxfile://tmp/canvas-${Date.now().toString(36)}-${++last}.${ending}`;
  open().writeFile({
    filePath,
    data: file.data,
    encoding: "base64",
    success: () => settle(null, { tempFilePath: filePath }),
    // A full disk is no reason to lose the picture.
    fail: () => settle(null, { tempFilePath: inline }),
  });
}
