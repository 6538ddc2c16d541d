import { addressOf, api, currentCsrfToken } from "../api/client";
import { offlineProblem, problemFrom } from "../api/problem";
import type { components } from "../api/schema";

export type StoredPicture = components["schemas"]["TaxonomyPicture"];

export const ACCEPTED = "image/png,image/jpeg,image/webp";

export function pictureAddress(sha256: string): string {
  return addressOf(`/taxonomy-pictures/${sha256}`);
}

/** Sends a picture byte for byte; the server checks it and takes its metadata away. */
export async function uploadPicture(slug: string, file: File): Promise<StoredPicture> {
  const headers = new Headers({
    Accept: "application/json",
    "Content-Type": file.type || "application/octet-stream",
    "X-CSRFToken": await currentCsrfToken(),
  });
  let response: Response;
  try {
    const address = addressOf(`/taxonomies/${slug}/pictures`);
    response = await fetch(address, { method: "POST", headers, body: file, credentials: "same-origin" });
  } catch {
    throw offlineProblem();
  }
  if (!response.ok) throw await problemFrom(response);
  return (await response.json()) as StoredPicture;
}

/** Copies the picture of an Image out of its project; the person has confirmed it. */
export function copyImage(slug: string, image: string): Promise<StoredPicture> {
  return api.post<StoredPicture>(`/images/${image}/example`, { taxonomy: slug, confirmed: true });
}
