/**
 * Every query key of the product. A key starts with what owns the data, so that one call of
 * `invalidateQueries({ queryKey: keys.campaign(id) })` renews everything that hangs on a campaign.
 */
export const keys = {
  accounts: ["accounts"] as const,
  tokens: ["tokens"] as const,
  link: (token: string) => ["link", token] as const,
  projects: ["projects"] as const,
  project: (project: string, ...part: readonly unknown[]) => ["project", project, ...part] as const,
  campaign: (campaign: string, ...part: readonly unknown[]) => ["campaign", campaign, ...part] as const,
  image: (image: string, ...part: readonly unknown[]) => ["image", image, ...part] as const,
  job: (job: string, ...part: readonly unknown[]) => ["job", job, ...part] as const,
  guideline: (token: string) => ["guideline", token] as const,
  taxonomies: ["taxonomies"] as const,
  taxonomy: (slug: string, ...part: readonly unknown[]) => ["taxonomies", slug, ...part] as const,
};
