import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Brand } from "../app/Brand";
import { Queries } from "../app/Queries";
import type { VersionDocument } from "../taxonomy/types";
import { visible } from "../taxonomy/visible";
import { usePageTitle } from "../ui/PageHeader";
import { Loaded } from "../ui/States";
import { firstChoice } from "./choice";
import { ChoicePanel } from "./ChoicePanel";
import { Guideline } from "./Guideline";

/** What a read-only link shows: one guideline, nobody signed in, nothing else to go to. */
export default function SharedGuidelinePage() {
  return (
    <Queries>
      <Shared />
    </Queries>
  );
}

function Shared() {
  const { token = "" } = useParams<{ token: string }>();
  const query = useQuery({
    queryKey: keys.guideline(token),
    queryFn: ({ signal }) => api.get<VersionDocument>(`/guidelines/${encodeURIComponent(token)}`, { signal }),
    staleTime: Infinity,
    retry: false,
  });
  usePageTitle(query.data ? `${visible(query.data.title)} ${query.data.number}` : "Guideline");
  if (isProblem(query.error) && query.error.status === 404) {
    return (
      <main className="alone">
        <p className="brand">
          <Brand size={32} />
        </p>
        <div className="panel stack">
          <h1>This link does not work</h1>
          <p className="muted">Ask whoever sent it for a new one.</p>
        </div>
      </main>
    );
  }
  return (
    <main className="guide-shared stack loose">
      <h1 className="not-printed">{query.data ? visible(query.data.title) : "Guideline"}</h1>
      <Loaded query={query} label="Loading the guideline">
        {(document) => <Readable document={document} />}
      </Loaded>
    </main>
  );
}

function Readable({ document }: { document: VersionDocument }) {
  const [choice, setChoice] = useState(() => firstChoice(document));
  return (
    <>
      <div className="not-printed">
        <ChoicePanel document={document} choice={choice} onChange={setChoice} />
      </div>
      <Guideline document={document} choice={choice} />
    </>
  );
}
