import { addressOf, currentCsrfToken } from "../api/client";
import { offlineProblem, problemFrom } from "../api/problem";

interface SendOptions {
  signal: AbortSignal;
  /** Share of the bytes sent so far, 0 to 1. */
  onProgress: (share: number) => void;
}

/** One file as the raw body of a PUT, with progress (fetch cannot tell it). Throws as `call` does. */
export async function sendFile(
  run: string,
  number: number,
  file: File,
  name: string,
  options: SendOptions,
): Promise<void> {
  const token = await currentCsrfToken();
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", addressOf(`/imports/${run}/files/${number}`));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("X-File-Name", encodeURIComponent(name));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(offlineProblem());
    request.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      const headers = { "Content-Type": request.getResponseHeader("Content-Type") ?? "" };
      void problemFrom(new Response(request.responseText, { status: request.status, headers })).then(reject);
    };
    options.signal.addEventListener("abort", () => request.abort(), { once: true });
    if (options.signal.aborted) reject(new DOMException("The upload was cancelled", "AbortError"));
    else request.send(file);
  });
}

/** What the server is to call a file: its path in the folder that was chosen, or its name. */
export function nameOf(file: File): string {
  return file.webkitRelativePath || file.name;
}
