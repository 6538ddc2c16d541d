import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { versionPath, type TaxonomyDocument, type VersionDocument } from "../taxonomy/types";
import { visible } from "../taxonomy/visible";
import { PageHeader } from "../ui/PageHeader";
import { Loaded } from "../ui/States";
import { firstChoice } from "./choice";
import { ChoicePanel } from "./ChoicePanel";
import { Guideline } from "./Guideline";
import { LinksPanel } from "./LinksPanel";

/** The printable guideline of a version; owners share it from here. */
export default function GuidelinePage() {
  const { slug = "", number = "" } = useParams<{ slug: string; number: string }>();
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "versions", number),
    queryFn: ({ signal }) => api.get<VersionDocument>(`/taxonomies/${slug}/versions/${number}`, { signal }),
    staleTime: 60_000,
  });
  const taxonomy = useQuery({
    queryKey: keys.taxonomy(slug),
    queryFn: ({ signal }) => api.get<TaxonomyDocument>(`/taxonomies/${slug}`, { signal }),
    staleTime: 60_000,
  });
  const title = query.data ? visible(query.data.title) : slug;
  return (
    <div className="stack loose">
      <div className="not-printed">
        <PageHeader
          title="Guideline to print"
          tab={`Guideline ${title} ${number}`}
          lead="One page for each defect, with its pictures. Your browser prints it, or saves it as PDF."
          crumbs={[
            { label: "Taxonomies", href: "/taxonomies" },
            { label: `${title} ${number}`, href: versionPath(slug, number) },
            { label: "Guideline" },
          ]}
        />
      </div>
      <Loaded query={query} label="Loading the guideline">
        {(document) => (
          <Printed
            key={`${document.slug} ${document.number}`}
            document={document}
            mayShare={taxonomy.data?.may_edit ?? false}
          />
        )}
      </Loaded>
    </div>
  );
}

function Printed({ document, mayShare }: { document: VersionDocument; mayShare: boolean }) {
  const [choice, setChoice] = useState(() => firstChoice(document));
  return (
    <>
      <div className="not-printed stack loose">
        <ChoicePanel document={document} choice={choice} onChange={setChoice} />
        {mayShare && <LinksPanel document={document} />}
      </div>
      <Guideline document={document} choice={choice} />
    </>
  );
}
